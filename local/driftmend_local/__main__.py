"""`python -m driftmend_local`: the local AWS in the foreground, until Ctrl-C or SIGTERM."""

import argparse
import os
import signal
import sys


def main(arguments=None):
    try:
        from .api import pauses
        from .control.launcher import Launcher, Settings
        from .control.problems import SetupProblem
    except ModuleNotFoundError as missing:
        return _fail(f"the Python package {missing.name} is missing; install what local/requirements.txt lists: "
                     "python3.11 -m venv .venv && .venv/bin/pip install -r local/requirements.txt")
    try:
        settings = _settings(arguments, Settings)
        if not sys.platform.startswith("linux"):
            return _fail("AWS's Lambda runtime interface client has native code for Linux only; run this in a Linux container or in WSL")
        signal.signal(signal.SIGTERM, _end)
        signal.signal(signal.SIGINT, _end)
        launcher = Launcher(settings, say=lambda line: print(line, file=sys.stderr, flush=True))
        try:
            launcher.start()
            pauses.keep_short()
            print("ready", *(f"export {name}={value}" for name, value in launcher.exports.items()), sep="\n", flush=True)
            while True:
                signal.pause()
        finally:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            launcher.stop()
    except SetupProblem as problem:
        return _fail(str(problem))
    except _Ended:
        return 0


class _Ended(BaseException):
    """Somebody asked for the end."""


def _end(*_):
    raise _Ended


def _settings(arguments, settings_type):
    defaults = settings_type()
    parser = argparse.ArgumentParser(prog="driftmend_local", description="The local AWS with Driftmend deployed.")
    parser.add_argument("--port", type=int, default=os.environ.get("DRIFTMEND_PORT", defaults.port), help="port on 127.0.0.1 (DRIFTMEND_PORT, 4566)")
    parser.add_argument("--template", default=defaults.template, help="the SAM template to deploy")
    parser.add_argument("--code", default=defaults.code, help="the built code: target/classes or .aws-sam/build")
    parser.add_argument("--client", default=defaults.client, help="the jars of the Lambda runtime interface client")
    parser.add_argument("--parameter", action="append", default=[], metavar="NAME=VALUE", help="a template parameter; may be given often")
    given = parser.parse_args(arguments)
    wrong = [one for one in given.parameter if "=" not in one]
    if wrong:
        parser.error(f"--parameter {wrong[0]} is not NAME=VALUE")
    return settings_type(port=given.port, template=given.template, code=given.code, client=given.client,
                         parameters=dict(one.split("=", 1) for one in given.parameter))


def _fail(sentence):
    print(f"driftmend_local: {sentence}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    # Nothing is left that could be waited for; a thread that still does would only delay the end.
    os._exit(status)
