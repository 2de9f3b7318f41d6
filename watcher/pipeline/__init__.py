"""The flow, told once: poll, take in, judge, tell, deliver, issue. It orders steps and commits; the core decides.

watching   plan -> fetch -> parse -> commit                       (one document, one commit)
taking_in  identity -> article -> story -> matter                 (inside the commit)
judging    rules -> match -> alert                                (inside the commit)
telling    alert -> route -> message -> outbox                    (inside the commit)
sending    outbox -> channel -> mark                              (one delivery, one commit)
digests    queue -> draft -> edits -> issue -> outbox             (one issue, one commit)
"""
