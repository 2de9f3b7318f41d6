"""What the kinds share that read lists: paths and selectors, mapping, times, paging, requests."""
