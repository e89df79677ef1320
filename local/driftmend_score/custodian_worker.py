"""Cloud Custodian's own Lambda handler, in this process: one event a line on standard input, what came of it a line on standard output.

Runs in the environment of Custodian, which has nothing of ours. Its policies are config.json in the working directory, as in its deployed functions.
"""

import json
import sys


def main():
    answers, sys.stdout = sys.stdout, sys.stderr
    from botocore.client import BaseClient
    from c7n import handler

    calls, call = [], BaseClient._make_api_call

    def counted(self, operation, arguments):
        calls.append(operation)
        return call(self, operation, arguments)

    BaseClient._make_api_call = counted
    for line in sys.stdin:
        calls.clear()
        try:
            handler.dispatch_event(json.loads(line), None)
            error = None
        except Exception as problem:  # In Lambda the event would be tried twice more, and then be gone.
            error = f"{type(problem).__name__}: {problem}"
        print(json.dumps({"calls": calls, "error": error}), file=answers, flush=True)


if __name__ == "__main__":
    main()
