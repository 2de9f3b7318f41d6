"""What the kinds of rows and points share: grids of any format, their columns and periods."""
