"""Opens a sealed share sheet as docs/formats/sheet.md says, with openssl (3.2 or newer) and the standard library alone.

Standard input: the passphrase, then the lines. With --derived, the 44 bytes of Argon2id as hex instead of the passphrase. Prints the share as hex. Corrects nothing: lines must be right."""
import hashlib
import subprocess
import sys
import unicodedata

ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
passphrase, *rows = sys.stdin.read().split("\n")
lines = ["".join(row.lower().split()).removeprefix("rs1") for row in rows if row.strip()]
lines.sort(key=lambda line: ALPHABET.index(line[0]))
bits = "".join(format(ALPHABET.index(c), "05b") for line in lines for c in line[6:43])
sheet = bytes(int(bits[at : at + 8], 2) for at in range(0, 91 * 8, 8))
content, check = sheet[:83], sheet[83:]
domain = b"reseal/v1/share-sheet"
framed = b"".join(len(part).to_bytes(4, "big") + part for part in (domain, content))
assert hashlib.sha256(framed).digest()[:8] == check, "the check value does not fit"
assert content[0] == 1 and content[1] & 1 == 1, "not a sealed sheet of version 1"
memory, passes, salt, box = content[17], content[18], content[19:35], content[35:]
secret = unicodedata.normalize("NFC", passphrase).encode()
derived = bytes.fromhex(passphrase) if "--derived" in sys.argv else subprocess.run(
    ["openssl", "kdf", "-keylen", "44", "-kdfopt", "hexpass:" + secret.hex(), "-kdfopt", "hexsalt:" + salt.hex(),
     "-kdfopt", f"memcost:{2 ** memory}", "-kdfopt", f"iter:{passes}", "-kdfopt", "lanes:1", "-binary", "ARGON2ID"],
    check=True, capture_output=True).stdout
key, nonce = derived[:32], derived[32:44]
# AES-GCM without its tag is AES-CTR, whose counter starts at 2. The share itself shows whether the passphrase was right.
share = subprocess.run(
    ["openssl", "enc", "-d", "-aes-256-ctr", "-K", key.hex(), "-iv", nonce.hex() + "00000002"],
    input=box[:32], check=True, capture_output=True).stdout
print(share.hex())
