"""Images in: a name, folder or zip becomes a source, a source becomes batches."""
