#!/bin/sh
# Makes an authority, and a certificate for each of the two proxies, in the folder "certs" beside this file. They are good for 30 days.
set -eu
cd "$(dirname "$0")"
mkdir -p certs
cd certs

key="-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
# shellcheck disable=SC2086 # several words
openssl req -x509 $key -days 30 -subj "/CN=authority of the sample" -keyout ca-key.pem -out ca.pem 2>/dev/null

for name in client server; do
  printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=%sAuth\nbasicConstraints=CA:FALSE\n' "$name" >"$name.ext"
  # shellcheck disable=SC2086
  openssl req -new $key -subj "/CN=$name side" -keyout "$name-key.pem" -out "$name.csr" 2>/dev/null
  openssl x509 -req -in "$name.csr" -CA ca.pem -CAkey ca-key.pem -CAcreateserial -days 30 -extfile "$name.ext" -out "$name.pem" 2>/dev/null
  rm "$name.ext" "$name.csr"
done
echo "certs: ca.pem, client.pem, server.pem and their keys"
