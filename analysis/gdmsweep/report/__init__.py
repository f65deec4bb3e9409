"""Reports: one page of HTML that tells what a sweep asked and found, and an RO-Crate that holds all files of it."""
