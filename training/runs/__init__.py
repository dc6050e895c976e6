"""Runs on the disk: the folder of each, its state, and the queue in which they take turns.

A run folder, runs/NAME, holds

config.yaml      the options            metrics.jsonl    a line for every so many images
status.json      state, progress, ETA   samples/         grids from fixed noise
checkpoints/     to resume from         export/          exported models, best and last
tensorboard/     the same curves        stop             a file that asks the run to end cleanly
request.json     how a queued run       log.txt          the output of a queued run
                 was asked for          lock             of the process that waits beside it

Nothing here loads torch, so a process that only waits or looks stays small; the app imports this
package and no other of training.
"""
