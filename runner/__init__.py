"""The program on the GPU machine: takes jobs from the queue, runs the engines, hands results to the studio.

Only this folder and `db/queue.py` know the job engine. A runner may die at any instant; whatever it was doing is
taken up again, from the last epoch or the first step, and ends once.
"""
