"""What pytest must know before it collects."""

import os

# Messages are held in English, whatever the system of whoever runs the tests speaks.
os.environ["LC_ALL"] = "C.UTF-8"

# Wrong on purpose: test_notebooks.py runs each and expects it to fail.
collect_ignore_glob = ["notebooks/*_fail.ipynb"]
