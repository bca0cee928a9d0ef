#!/bin/bash
# Builds the control plane that tests run against from Debian 12's own packages: Kubernetes (the last source package that
# still carries everything needed to compile it, with autoscaling/v2 added), and etcd and kubectl as Debian built them.
#   build.sh DIR            DIR/bin: kube-apiserver kube-controller-manager etcd kubectl
#   build.sh DIR kubectl    DIR/bin: kubectl alone
# Needs Debian or Ubuntu with a mirror, and node on the PATH. Changes nothing outside DIR (apt lists of its own, packages
# unpacked and not installed), but for dpkg-dev and openssl where they are missing, which it installs as root.
set -euo pipefail
dest=${1:?usage: build.sh DIR [kubectl]} only=${2:-all}
here=$(dirname "$(readlink -f "$0")")
suite=bookworm # what patch-autoscaling-v2.ts was written for; any machine's apt can read it
SECONDS=0
say() { echo "control plane: $* ($SECONDS s)"; }

needed=()
[ "$only" = kubectl ] || command -v dpkg-source >/dev/null || needed+=(dpkg-dev)
command -v openssl >/dev/null || needed+=(openssl)
if [ ${#needed[@]} -gt 0 ]; then
  [ "$(id -u)" = 0 ] || { echo "control plane: run once as root: apt-get install ${needed[*]}" >&2; exit 1; }
  export DEBIAN_FRONTEND=noninteractive
  { apt-get -q update && apt-get -q install -y --no-install-recommends "${needed[@]}"; } >/dev/null
  say "installed ${needed[*]}"
fi

# Built beside its place and moved there whole, so that a build that died is never taken for a finished one.
mkdir -p "$(dirname "$dest")"
work=$(mktemp -d "$dest.building.XXXX")
trap 'chmod -R u+w "$work" 2>/dev/null; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
mkdir -p "$work"/{bin,debs,root,src,gopath/src/k8s.io,apt/{lists/partial,cache/archives/partial,dpkg,none}}
: > "$work/apt/dpkg/status"

# --- the mirror that this machine's own apt uses
mirror=$({ cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null || true; } |
  sed -nE 's/^(URIs:|deb( \[[^]]*\])?) *(https?:[^ ]*\/debian)\/?( .*)?$/\3/p' | head -1)
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
[ -f $keyring ] || { echo "control plane: $keyring is missing: apt-get install debian-archive-keyring" >&2; exit 1; }
for kind in deb deb-src; do echo "$kind [signed-by=$keyring] ${mirror:-http://deb.debian.org/debian} $suite main"; done > "$work/apt/sources.list"
cat > "$work/apt/apt.conf" <<CONF
Dir::State "$work/apt"; Dir::State::status "$work/apt/dpkg/status"; Dir::State::lists "$work/apt/lists"; Dir::Cache "$work/apt/cache";
Dir::Etc::sourcelist "$work/apt/sources.list"; Dir::Etc::sourceparts "$work/apt/none"; Dir::Etc::preferences "$work/apt/no-file";
Dir::Etc::preferencesparts "$work/apt/none"; APT::Sandbox::User "$(id -un)"; Acquire::Retries "3";
CONF
export APT_CONFIG=$work/apt/apt.conf
apt-get -q update >/dev/null

fetch() { # packages...
  (cd "$work/debs" && apt-get -q download "$@" >/dev/null && for deb in *.deb; do dpkg -x "$deb" "$work/root"; rm "$deb"; done)
}
fetch kubernetes-client
cp "$work/root/usr/bin/kubectl" "$work/bin/"
finish() {
  rm -rf "$dest" && mkdir -p "$dest" && mv "$work/bin" "$dest/"
  say "$(cd "$dest/bin" && echo *) in $dest/bin"
  exit 0
}
[ "$only" = all ] || finish

fetch etcd-server
cp "$work/root/usr/bin/etcd" "$work/bin/"
go=$(apt-cache show golang-go | sed -nE 's/^Depends:.*(golang-1\.[0-9]+)-go.*/\1/p' | head -1)
fetch "$go-go" "$go-src"
(cd "$work/src" && apt-get -q --download-only source kubernetes >/dev/null && dpkg-source --no-check -x kubernetes_*.dsc k8s >/dev/null)
version=$(sed -nE 's/^Version: (.*really)?([0-9.]+)-.*/\2/p' "$work"/src/kubernetes_*.dsc | head -1)
unset APT_CONFIG
say "fetched Kubernetes $version and $go"

GOROOT=$(echo "$work"/root/usr/lib/go-1.*)
export GOROOT GOPATH=$work/gopath GOCACHE=$work/gocache GO111MODULE=off GOPROXY=off CGO_ENABLED=0 GOFLAGS=-p=$(nproc) PATH=$GOROOT/bin:$PATH
node "$here/patch-autoscaling-v2.ts" "$work/src/k8s"
ln -s "$work/src/k8s" "$work/gopath/src/k8s.io/kubernetes"
cd "$work/gopath/src/k8s.io/kubernetes"

# --- the one generated file that the source package lacks: the OpenAPI definitions
go build -trimpath -o "$work/openapi-gen" ./vendor/k8s.io/kube-openapi/cmd/openapi-gen
vendored=$(ls -d vendor/k8s.io/*/ | grep -vE 'code-generator|sample-apiserver')
dirs=$(grep -rl --include=*.go '+k8s:openapi-gen=' $vendored pkg cmd plugin | xargs -n1 dirname | LC_ALL=C sort -u | sed 's#^#k8s.io/kubernetes/#' | paste -sd,)
"$work/openapi-gen" --logtostderr -i "$dirs" -p k8s.io/kubernetes/pkg/generated/openapi -O zz_generated.openapi \
  -h vendor/k8s.io/code-generator/hack/boilerplate.go.txt -r "$work/openapi-violations.txt"
say "OpenAPI definitions made"

flags="-s -w"
for package in k8s.io/component-base/version k8s.io/kubernetes/vendor/k8s.io/component-base/version k8s.io/kubernetes/vendor/k8s.io/client-go/pkg/version; do
  flags="$flags -X $package.gitVersion=v$version+debian.asv2 -X $package.gitMajor=${version%%.*} -X $package.gitMinor=$(cut -d. -f2 <<<"$version")"
done
for program in kube-apiserver kube-controller-manager; do
  nice -n 5 go build -trimpath -tags providerless -ldflags "$flags" -o "$work/bin/$program" "./cmd/$program"
  say "$program compiled"
done
finish
