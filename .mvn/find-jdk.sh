# Sets and exports JAVA_HOME to the newest JDK of this machine, 21 or later, and JAVA_MAJOR to its feature release.
# Sourced by ./calico-fleet and ./mvnw; POSIX sh. Ends the caller with exit code 2 and a remedy where there is none.
# With java_program=java a runtime without a compiler will do.

java_program=${java_program:-javac}

_jdk_major() { # $1: a JDK's home; prints its feature release, nothing where it lacks the program
  [ -x "$1/bin/$java_program" ] && [ -r "$1/release" ] || return 0
  sed -n 's/^JAVA_VERSION="\{0,1\}\([0-9][0-9]*\).*/\1/p' "$1/release" | head -n 1
}

_jdk_consider() {
  _major=$(_jdk_major "$1")
  if [ -n "$_major" ] && [ "$_major" -gt "${JAVA_MAJOR:-0}" ]; then
    JAVA_MAJOR=$_major
    _jdk_best=$1
  fi
}

JAVA_MAJOR=0
_jdk_best=
set +f
if [ -n "${JAVA_HOME-}" ]; then _jdk_consider "$JAVA_HOME"; fi
_program=$(command -v "$java_program" 2>/dev/null || true)
if [ -n "$_program" ]; then
  _real=$(readlink -f "$_program" 2>/dev/null || printf '%s' "$_program")
  _jdk_consider "$(dirname "$(dirname "$_real")")"
fi
for _home in /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* "${HOME-}"/.sdkman/candidates/java/* "${HOME-}"/.jdks/* \
  /Library/Java/JavaVirtualMachines/*/Contents/Home /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
  _jdk_consider "$_home"
done

if [ "$JAVA_MAJOR" -lt 21 ]; then
  _wanted="a JDK"
  [ "$java_program" = javac ] || _wanted="a Java runtime"
  {
    if [ "$JAVA_MAJOR" -gt 0 ]; then
      echo "calico-fleet needs $_wanted of 21 or later; the newest found here is $JAVA_MAJOR ($_jdk_best)."
    else
      echo "calico-fleet needs $_wanted of 21 or later; none was found here."
    fi
    echo "Install one, for example:  apt-get install openjdk-21-jdk-headless   |   brew install openjdk   |   sdk install java"
    echo "or point JAVA_HOME at one."
  } >&2
  exit 2
fi
JAVA_HOME=$_jdk_best
export JAVA_HOME JAVA_MAJOR
