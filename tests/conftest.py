"""What pytest must know before it collects."""

# Wrong on purpose: test_notebooks.py runs each and expects it to fail.
collect_ignore_glob = ["notebooks/*_fail.ipynb"]
