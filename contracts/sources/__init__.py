"""Where contracts come from beside a person's form: a file of older ones."""
