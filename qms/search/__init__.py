"""One box over everything a person may see: documents, findings, complaints, actions,
evidence, units, people.

Words are found through the same index as in the registers; a number is found by its beginning,
because a number is made of words too. Each kind shows a few hits and leads on to its register.
"""
