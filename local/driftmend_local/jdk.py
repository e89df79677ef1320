"""Where Java 25 is on this machine."""

import glob
import os
import re
import shutil
import subprocess

from .problems import SetupProblem

WANTED = 25
_PLACES = (
    "/usr/lib/jvm/*", "/usr/java/*", "/opt/java/*", "/opt/jdk*", "/Library/Java/JavaVirtualMachines/*/Contents/Home",
    "~/.sdkman/candidates/java/*", "~/.jdks/*", "~/.local/share/mise/installs/java/*", "~/.asdf/installs/java/*", "~/.m2/jdks/*",
)


def find_java():
    """The path of a `java` of major version 25: JAVA_HOME's, the PATH's, or one from the usual places. Raises SetupProblem."""
    for java in _candidates():
        if os.access(java, os.X_OK) and _major_of(java) == WANTED:
            return java
    raise SetupProblem(
        f"no Java {WANTED} was found (looked at JAVA_HOME, PATH and {', '.join(_PLACES[:2])}, ...); install a JDK {WANTED}, "
        "for example Temurin from https://adoptium.net, and set JAVA_HOME to it")


def _candidates():
    home = os.environ.get("JAVA_HOME")
    if home:
        yield os.path.join(home, "bin", "java")
    on_path = shutil.which("java")
    if on_path:
        yield on_path
    for place in _PLACES:
        for home in sorted(glob.glob(os.path.expanduser(place))):
            yield os.path.join(home, "bin", "java")


def _major_of(java):
    """The major version. The `release` file of a JDK says it without starting one."""
    release = os.path.join(os.path.dirname(os.path.dirname(os.path.realpath(java))), "release")
    try:
        with open(release, encoding="utf-8") as lines:
            found = re.search(r'JAVA_VERSION="(\d+)', lines.read())
    except OSError:
        try:
            asked = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=20)
        except (OSError, subprocess.TimeoutExpired):
            return None
        found = re.search(r'version "(\d+)', asked.stderr)
    return int(found.group(1)) if found else None
