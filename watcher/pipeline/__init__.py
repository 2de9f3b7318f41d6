"""The flow, told once: poll, take in, judge, tell, deliver, issue. It orders steps and commits; the core decides.

polling     plan -> fetch -> parse -> commit                     (one document, one commit)
ingest      identity -> article -> story                         (inside the commit)
judging     rules -> match -> alert                              (inside the commit)
telling     alert -> route -> message -> outbox                  (inside the commit)
delivering  outbox -> channel -> mark                            (one delivery, one commit)
digesting   queue -> issue composed; issuing: -> draft -> outbox   (one issue, one commit)
"""
