#!/bin/sh
# Create or update the environment from a hashed lock: environment.sh PYTHON VENV LOCK
set -eu
python=$1 venv=$2 lock=$3

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "Gần Dân needs Python 3.11 or newer. On Debian 12: apt-get install -y python3 python3-venv" >&2
    exit 1
fi
if [ ! -x "$venv/bin/pip" ]; then
    "$python" -m venv "$venv" || {
        echo "Python cannot make an environment. On Debian 12: apt-get install -y python3-venv" >&2
        exit 1
    }
fi
echo "Setting up the environment from $lock …"
"$venv/bin/pip" install --quiet --disable-pip-version-check --require-hashes -r "$lock"
# The project itself, importable from where it lies, and its `portal` command.
site=$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
pwd > "$site/gandan.pth"
cat > "$venv/bin/portal" <<'SCRIPT'
#!/bin/sh
exec "$(dirname "$0")/python" -c 'import sys; from portal.cli import main; sys.exit(main())' "$@"
SCRIPT
chmod +x "$venv/bin/portal"
