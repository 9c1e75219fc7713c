#!/usr/bin/env python3
"""Checks records of Reseal: Python's standard library and nothing else. Shares no code with Reseal.

    python3 verify.py RECORD...            RECORD is the folder of a record, a .reseal file,
                                           or a disclosure
    python3 verify.py --json RECORD...     one JSON object a line
    python3 verify.py --ca FILE RECORD...  timestamps by `openssl ts` too, up to
                                           certificates that you trust (PEM)

Every rule is printed with what was seen. Exit code 0: all records are valid; 1: one is not; 2: wrong use. The formats
are those of docs/record.md and docs/protocol.md. All values here are public, so nothing runs in constant time.
"""
import base64
import calendar
import hashlib
import hmac
import json
import math
import os
import re
import stat
import struct
import subprocess
import sys
import tempfile
import zlib
from functools import lru_cache

sys.setrecursionlimit(10000)

# ---------------------------------------------------------------------------------------------------------------
# What may stand in a plan and in a key record. A new field is one line here.

BACKUP_KINDS = ('file', 'recipients-file', 'sealed-sheet', 'plain-sheet')
PLAN_FIELDS = {
    'format': ('is', 'reseal-plan-1'),
    'rehearsal': ('bool',),
    'kind': ('oneof', 'generate', 'refresh'),
    'suite': ('oneof', 'secp256k1', 'ed25519', 'p256'),
    'keyName': ('line',),
    'threshold': ('int', 2, 2**53 - 1),
    'epoch': ('int', 0, 65535),
    'before': ('optional', ('record',)),
    'sealing': ('is', 'DHKEM-P256-HKDF-SHA256-AES256GCM'),
    'holders': ('list', 2, 256, ('object', {
        'index': ('int', 1, 65535), 'name': ('line',), 'identity': ('identity',), 'sealingKey': ('hex', 33)})),
    'replacedCards': ('list', 0, 256, ('int', 1, 65535)),
    'administrator': ('person',),
    'approvers': ('list', 0, 32, ('person',)),
    'approvalsNeeded': ('int', 0, 32),
    'witnesses': ('list', 0, 32, ('person',)),
    'backups': ('list', 0, 1024, ('either', {kind: {
        'holder': ('int', 1, 65535), 'kind': ('is', kind), 'label': ('line',),
        **({'recipients': ('list', 1, 8, ('text',))} if kind == 'recipients-file' else {})} for kind in BACKUP_KINDS})),
    'proofs': ('list', 1, 512, ('object', {
        'scheme': ('oneof', 'rfc9591', 'bip340'), 'signers': ('list', 2, 2**53, ('int', 1, 65535))})),
    'created': ('time',),
    'cryptoperiodDays': ('oneof', 90, 180, 365, None),
    'destroyBackupsWithinDays': ('int', 1, 365),
    'retentionYears': ('int', 1, 100),
    'legalHold': ('optional', ('line',)),
    'nonce': ('hex', 16),
}
RECORD_FIELDS = {
    'format': ('is', 'reseal-key-record-1'),
    'rehearsal': ('bool',),
    'name': ('line',),
    'suite': ('oneof', 'secp256k1', 'ed25519', 'p256'),
    'threshold': ('int', 2, 2**53 - 1),
    'epoch': ('int', 0, 65535),
    'groupKey': ('text',),
    'fingerprint': ('hex', 8),
    'origin': ('like', r'ceremony [0-9a-f]{32}|import [a-z0-9-]+'),
    'holders': ('list', 2, 256, ('object', {
        'index': ('int', 1, 65535), 'publicShare': ('text',), 'name': ('optional', ('line',)),
        'identity': ('optional', ('identity',)), 'sealingKey': ('optional', ('hex', 33))})),
}

RULES = {
    'check_files': 'The record consists of exactly the files it must have, and their checksums are right.',
    'check_plan': 'The plan is well-formed and consistent, and its hash is the ceremony id.',
    'check_start': 'The ceremony starts from public shares on one polynomial of degree t-1 through the group key.',
    'check_signatures': 'Every envelope is signed by the identity key that the plan names for its sender.',
    'check_chain': 'Every envelope was made by somebody who had seen the same earlier rounds.',
    'check_complete': 'Every round has exactly one envelope of everybody who had to contribute.',
    'check_approvals': 'Enough of the named approvers approved this very plan.',
    'check_possession_before': 'Every holder proved possession of its share before anything changed.',
    'check_commitments': 'Every dealer committed to the planned number of coefficients, and the sum has full degree.',
    'check_ephemeral_keys': 'Every dealer knows the secrets of its ephemeral key and of its next sealing key.',
    'check_agreement': 'All holders computed the same new public shares from what they were shown.',
    'check_complaints': 'Every complaint was opened in public and decided by its contents.',
    'check_equivocation': 'Nobody signed two different things in one place; where somebody did, both are here.',
    'check_group_key': 'The new public shares give the original group key, at degree exactly t-1.',
    'check_possession_after': 'Every holder proved possession of its new share.',
    'check_proofs': 'The new shares signed the planned messages, and plain verification accepts.',
    'check_backups': 'Every planned backup was written and read back before its share was declared secure.',
    'check_destruction': 'Old shares were destroyed only after the certificate, and each holder says how.',
    'check_exceptions': "Every exception is here once, signed, in the order of its author's numbers.",
    'check_attestations': 'Every witness stated whether the ceremony went as recorded.',
    'check_outcome': 'The ceremony ended as the record says.',
    'check_key_records': 'The key records before and after are those that the envelopes lead to.',
    'check_transcript': 'The transcript says exactly what the plan and the envelopes say.',
    'check_checkpoint': 'The checkpoint covers the whole transcript and is signed by everybody who must sign it.',
    'check_rehearsal': 'A rehearsal is marked as one everywhere, and a real ceremony nowhere.',
}
APPROVE, DEAL, CONFIRM, SECURE, RETIRE, ATTEST, EXCEPTION, STOP = 0, 1, 2, 3, 4, 5, 8, 9
NAMES = {0: 'approve', 1: 'deal', 2: 'confirm', 3: 'secure', 4: 'retire', 5: 'attest', 8: 'exception', 9: 'stop'}
ROUND_OF = {
    'check_approvals': APPROVE, 'check_possession_before': DEAL, 'check_commitments': DEAL,
    'check_ephemeral_keys': DEAL, 'check_group_key': DEAL, 'check_agreement': CONFIRM, 'check_complaints': CONFIRM,
    'check_possession_after': SECURE, 'check_proofs': SECURE, 'check_backups': SECURE,
    'check_destruction': RETIRE, 'check_attestations': ATTEST,
}
# Rules about what happens when somebody misbehaves: a ceremony that ended through them has kept them.
KEPT_BY_ENDING = ('check_complaints', 'check_equivocation', 'check_outcome')


class Problem(Exception):
    """The record breaks a rule; checking cannot go on behind it."""

    def __init__(self, rule, file, message):
        super().__init__(message)
        self.rule, self.file, self.message = rule, file, message


class Bad(Exception):
    """Something cannot be read, or does not hold. Whoever catches it says which rule that breaks."""

    def __init__(self, message, code='', culprit=None):
        super().__init__(message)
        self.message, self.code, self.culprit = message, code, culprit


class Fault(Exception):
    """A breach that its author signed: it ends the ceremony, and the record may be true about it."""

    def __init__(self, rule, role, reason):
        super().__init__(reason)
        self.rule, self.role, self.reason = rule, role, reason


# ---------------------------------------------------------------------------------------------------------------
# Bytes, texts, JSON, CBOR

def sha256(data):
    return hashlib.sha256(data).digest()


def u(number, length):
    return number.to_bytes(length, 'big')


def frame(*parts):
    return b''.join(u(len(part), 4) + part for part in parts)


def digest(domain, *parts):
    return sha256(frame(b'reseal/v1/' + domain.encode(), *parts))


BIDI = '\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069'
CONTROL = '\u0000-\u001f\u007f-\u009f'
SPACE = '\t-\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff'
IGNORABLE = ('\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164'
             '\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff')
VISIBLE = re.compile(f'[^{SPACE}{IGNORABLE}]')


def plain(line):
    """A text as one line that shows what is in it, so that nothing quoted passes for a line of its own."""
    return re.sub(f'[{CONTROL}\u2028\u2029{BIDI}]', lambda found: f'\\u{ord(found[0]):04x}', line)


def length_of(value):
    """In UTF-16 units, as JSON counts."""
    return len(value.encode('utf-16-le', 'surrogatepass')) // 2


def well_formed(value):
    return not re.search('[\ud800-\udfff]', value)


def is_int(value):
    return isinstance(value, int) and not isinstance(value, bool)


def number_text(value):
    """A number as RFC 8785 writes it: the shortest digits of the double, in ECMAScript's notation."""
    if is_int(value) and abs(value) <= 2**53:
        return str(value)
    value = float(value)
    if math.isnan(value) or math.isinf(value):
        raise Bad('this number has no JSON form.')
    if value == 0:
        return '0'
    sign = '-' if value < 0 else ''
    mantissa, _, exponent = repr(abs(value)).partition('e')
    whole, _, rest = mantissa.partition('.')
    rest = '' if rest == '0' else rest
    point = len(whole) + int(exponent or 0)
    digits = whole + rest
    point -= len(digits) - len(digits.lstrip('0'))
    digits = digits.lstrip('0').rstrip('0')
    count = len(digits)
    if count <= point <= 21:
        return sign + digits + '0' * (point - count)
    if 0 < point <= 21:
        return sign + digits[:point] + '.' + digits[point:]
    if -6 < point <= 0:
        return sign + '0.' + '0' * -point + digits
    power = point - 1
    tail = ('+' if power > 0 else '-') + str(abs(power))
    return sign + digits[0] + ('.' + digits[1:] if count > 1 else '') + 'e' + tail


def canonical(value):
    """The RFC 8785 text of a value."""
    if value is None or isinstance(value, bool):
        return {None: 'null', True: 'true', False: 'false'}[value]
    if isinstance(value, (int, float)):
        return number_text(value)
    if isinstance(value, str):
        if not well_formed(value):
            raise Bad('half a character has no JSON form.')
        short = {'"': '\\"', '\\': '\\\\', '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t'}
        return '"' + re.sub('["\\\\\u0000-\u001f]', lambda c: short.get(c[0]) or f'\\u{ord(c[0]):04x}', value) + '"'
    if isinstance(value, list):
        return '[' + ','.join(canonical(one) for one in value) + ']'
    keys = sorted(value, key=lambda key: key.encode('utf-16-be', 'surrogatepass'))
    return '{' + ','.join(canonical(key) + ':' + canonical(value[key]) for key in keys) + '}'


def canonical_file(value):
    return canonical(value).encode() + b'\n'


def no_constant(name):
    raise ValueError(name)


def loads(text):
    return json.loads(text, parse_constant=no_constant)


def parse_canonical(data, what):
    """The value of a file that is exactly the canonical form and a newline."""
    try:
        value = loads(data.decode('utf-8'))
        again = canonical_file(value)
    except (ValueError, Bad, RecursionError, OverflowError):
        raise Bad(f'{what}: this is not JSON.') from None
    if again != data:
        raise Bad(f'{what}: the JSON is not in canonical form (RFC 8785).')
    return value


class Map(dict):
    """A CBOR map with keys of any kind."""


def cbor_encode(value):
    """Deterministic CBOR (RFC 8949 §4.2)."""
    def head(kind, number):
        if number < 24:
            return bytes([kind << 5 | number])
        for bits, code in ((1, 24), (2, 25), (4, 26), (8, 27)):
            if number < 1 << 8 * bits:
                return bytes([kind << 5 | code]) + u(number, bits)
        raise Bad('too large')
    if value is None or isinstance(value, bool):
        return {None: b'\xf6', True: b'\xf5', False: b'\xf4'}[value]
    if isinstance(value, int):
        return head(0, value) if value >= 0 else head(1, -1 - value)
    if isinstance(value, float):
        for form, code in (('>e', 0xf9), ('>f', 0xfa)):
            try:
                short = struct.pack(form, value)
                if struct.unpack(form, short)[0] == value:
                    return bytes([code]) + short
            except OverflowError:
                pass
        return b'\xfb' + struct.pack('>d', value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        data = value.encode()
        return head(3, len(data)) + data
    if isinstance(value, list):
        return head(4, len(value)) + b''.join(map(cbor_encode, value))
    pairs = sorted((cbor_encode(key), cbor_encode(one)) for key, one in value.items())
    return head(5, len(pairs)) + b''.join(key + one for key, one in pairs)


def cbor_decode(data, what, any_keys=False):
    """Exactly one item in its one deterministic encoding: what was read is written again and compared."""
    def item(at, depth):
        if depth > 40:
            raise Bad(f'{what}: the CBOR nests too deep.')
        first = data[at]
        kind, small = first >> 5, first & 31
        at += 1
        if kind == 7:
            if small in (20, 21, 22):
                return {20: False, 21: True, 22: None}[small], at
            form, size = {25: ('>e', 2), 26: ('>f', 4), 27: ('>d', 8)}[small]
            value = struct.unpack(form, data[at:at + size])[0]
            if math.isnan(value) or math.isinf(value) or (value == int(value) and abs(value) < 2**53):
                raise Bad(f'{what}: a whole number is not written as a fraction.')
            return value, at + size
        if small > 27:
            raise Bad(f'{what}: lengths must be given.')
        size = 0 if small < 24 else 1 << (small - 24)
        if at + size > len(data):
            raise Bad(f'{what}: it ends too early.')
        number = small if size == 0 else int.from_bytes(data[at:at + size], 'big')
        at += size
        if kind < 2:
            value = number if kind == 0 else -1 - number
            if abs(value) > 2**53 - 1:
                raise Bad(f'{what}: a number is too large.')
            return value, at
        if kind in (2, 3):
            if at + number > len(data):
                raise Bad(f'{what}: it ends too early.')
            piece = data[at:at + number]
            return (piece if kind == 2 else piece.decode('utf-8')), at + number
        if kind == 4:
            if number > len(data):
                raise Bad(f'{what}: it ends too early.')
            values = []
            for _ in range(number):
                value, at = item(at, depth + 1)
                values.append(value)
            return values, at
        if kind == 5:
            found = Map()
            for _ in range(number):
                key, at = item(at, depth + 1)
                if not any_keys and not isinstance(key, str) or isinstance(key, (list, dict)) or key in found:
                    raise Bad(f'{what}: a map has a key that is no text, or has one twice.')
                found[key], at = item(at, depth + 1)
            return found, at
        raise Bad(f'{what}: tags do not belong here.')

    try:
        value, end = item(0, 0)
        good = end == len(data) and cbor_encode(value) == data
    except (IndexError, KeyError, ValueError, struct.error, OverflowError):
        raise Bad(f'{what}: these bytes are not well-formed CBOR.') from None
    if not good:
        raise Bad(f'{what}: the CBOR encoding is not the deterministic one (RFC 8949 §4.2).')

    def depth_of(one, depth=0):
        if depth > 12:
            raise Bad(f'{what}: the CBOR nests deeper than 12 levels.')
        for inner in one.values() if isinstance(one, dict) else one if isinstance(one, list) else ():
            depth_of(inner, depth + 1)
    depth_of(value)
    return value


# The PGP word list (Juola and Zimmermann, 1995): two syllables at even positions, three at odd ones.
EVEN = '''
aardvark absurd accrue acme adrift adult afflict ahead aimless Algol allow alone ammo ancient apple artist assume
Athens atlas Aztec baboon backfield backward banjo beaming bedlamp beehive beeswax befriend Belfast berserk
billiard bison blackjack blockade blowtorch bluebird bombast bookshelf brackish breadline breakup brickyard
briefcase Burbank button buzzard cement chairlift chatter checkup chisel choking chopper Christmas clamshell
classic classroom cleanup clockwork cobra commence concert cowbell crackdown cranky crowfoot crucial crumpled
crusade cubic dashboard deadbolt deckhand dogsled dragnet drainage dreadful drifter dropper drumbeat drunken Dupont
dwelling eating edict egghead eightball endorse endow enlist erase escape exceed eyeglass eyetooth facial fallout
flagpole flatfoot flytrap fracture framework freedom frighten gazelle Geiger glitter glucose goggles goldfish
gremlin guidance hamlet highchair hockey indoors indulge inverse involve island jawbone keyboard kickoff kiwi
klaxon locale lockup merit minnow miser Mohawk mural music necklace Neptune newborn nightbird Oakland obtuse
offload optic orca payday peachy pheasant physique playhouse Pluto preclude prefer preshrunk printer prowler pupil
puppy python quadrant quiver quota ragtime ratchet rebirth reform regain reindeer rematch repay retouch revenge
reward rhythm ribcage ringbolt robust rocker ruffled sailboat sawdust scallion scenic scorecard Scotland seabird
select sentence shadow shamrock showgirl skullcap skydive slingshot slowdown snapline snapshot snowcap snowslide
solo southward soybean spaniel spearhead spellbind spheroid spigot spindle spyglass stagehand stagnate stairway
standard stapler steamship sterling stockman stopwatch stormy sugar surmount suspense sweatband swelter tactics
talon tapeworm tempest tiger tissue tonic topmost tracker transit trauma treadmill Trojan trouble tumor tunnel
tycoon uncut unearth unwind uproot upset upshot vapor village virus Vulcan waffle wallet watchword wayside willow
woodlark Zulu
'''.split()
ODD = '''
adroitness adviser aftermath aggregate alkali almighty amulet amusement antenna applicant Apollo armistice article
asteroid Atlantic atmosphere autopsy Babylon backwater barbecue belowground bifocals bodyguard bookseller
borderline bottomless Bradbury bravado Brazilian breakaway Burlington businessman butterfat Camelot candidate
cannonball Capricorn caravan caretaker celebrate cellulose certify chambermaid Cherokee Chicago clergyman coherence
combustion commando company component concurrent confidence conformist congregate consensus consulting corporate
corrosion councilman crossover crucifix cumbersome customer Dakota decadence December decimal designing detector
detergent determine dictator dinosaur direction disable disbelief disruptive distortion document embezzle
enchanting enrollment enterprise equation equipment escapade Eskimo everyday examine existence exodus fascinate
filament finicky forever fortitude frequency gadgetry Galveston getaway glossary gossamer graduate gravity
guitarist hamburger Hamilton handiwork hazardous headwaters hemisphere hesitate hideaway holiness hurricane
hydraulic impartial impetus inception indigo inertia infancy inferno informant insincere insurgent integrate
intention inventive Istanbul Jamaica Jupiter leprosy letterhead liberty maritime matchmaker maverick Medusa megaton
microscope microwave midsummer millionaire miracle misnomer molasses molecule Montana monument mosquito narrative
nebula newsletter Norwegian October Ohio onlooker opulent Orlando outfielder Pacific pandemic Pandora paperweight
paragon paragraph paramount passenger pedigree Pegasus penetrate perceptive performance pharmacy phonetic
photograph pioneer pocketful politeness positive potato processor provincial proximate puberty publisher pyramid
quantity racketeer rebellion recipe recover repellent replica reproduce resistor responsive retraction retrieval
retrospect revenue revival revolver sandalwood sardonic Saturday savagery scavenger sensation sociable souvenir
specialist speculate stethoscope stupendous supportive surrender suspicious sympathy tambourine telephone therapist
tobacco tolerance tomorrow torpedo tradition travesty trombonist truncated typewriter ultimate undaunted underfoot
unicorn unify universe unravel upcoming vacancy vagabond vertigo Virginia visitor vocalist voyager warranty
Waterloo whimsical Wichita Wilmington Wyoming yesteryear Yucatan
'''.split()


def words(data):
    return ' '.join((ODD if at % 2 else EVEN)[byte] for at, byte in enumerate(data))


# ---------------------------------------------------------------------------------------------------------------
# The three groups

class Weierstrass:
    """y² = x³ + ax + b over a prime field, in Jacobian coordinates (x/z², y/z³); z = 0 is the identity."""
    cofactor = False
    point_length = 33
    zero = (1, 1, 0)

    def __init__(self, name, p, n, a, b, x, y):
        self.name, self.p, self.order, self.a, self.b = name, p, n, a % p, b
        self.base = (x, y, 1)
        self.table = None

    def double(self, point):
        x, y, z = point
        p = self.p
        if z == 0 or y == 0:
            return self.zero
        yy = y * y % p
        s = 4 * x * yy % p
        if self.a == 0:
            m = 3 * x * x
        else:
            zz = z * z % p
            m = 3 * (x - zz) * (x + zz)   # a = -3
        m %= p
        x3 = (m * m - 2 * s) % p
        return x3, (m * (s - x3) - 8 * yy * yy) % p, 2 * y * z % p

    def add(self, one, two):
        x1, y1, z1 = one
        x2, y2, z2 = two
        if z1 == 0:
            return two
        if z2 == 0:
            return one
        p = self.p
        z1z1 = z1 * z1 % p
        if z2 == 1:
            u1, s1, zz = x1, y1, z1
        else:
            z2z2 = z2 * z2 % p
            u1, s1, zz = x1 * z2z2 % p, y1 * z2 * z2z2 % p, z1 * z2 % p
        h = (x2 * z1z1 - u1) % p
        r = (y2 * z1 * z1z1 - s1) % p
        if h == 0:
            return self.double(one) if r == 0 else self.zero
        hh = h * h % p
        hhh = h * hh % p
        v = u1 * hh % p
        x3 = (r * r - hhh - 2 * v) % p
        return x3, (r * (v - x3) - s1 * hhh) % p, zz * h % p

    def negate(self, point):
        return point[0], -point[1] % self.p, point[2]

    def affine(self, point):
        inverse = pow(point[2], -1, self.p)
        square = inverse * inverse % self.p
        return point[0] * square % self.p, point[1] * square * inverse % self.p

    def is_zero(self, point):
        return point[2] == 0

    def small_order(self, point):
        return False

    def in_subgroup(self, point):
        return True

    def encode(self, point):
        x, y = self.affine(point)
        return bytes([2 + (y & 1)]) + u(x, 32)

    def lift(self, x, odd):
        """The point with this x coordinate, or None."""
        if x >= self.p:
            return None
        square = (x * x * x + self.a * x + self.b) % self.p
        y = pow(square, (self.p + 1) // 4, self.p)
        if y * y % self.p != square:
            return None
        return x, (y if y & 1 == odd else self.p - y), 1

    def from_bytes(self, data):
        return self.lift(int.from_bytes(data[1:], 'big'), data[0] & 1) if data[0] in (2, 3) else None

    def scalar_bytes(self, value):
        return u(value % self.order, 32)

    def scalar_int(self, data):
        return int.from_bytes(data, 'big')


class Edwards:
    """edwards25519 in extended coordinates (X, Y, Z, T)."""
    name = 'ed25519'
    cofactor = True
    point_length = 32
    p = 2**255 - 19
    order = 2**252 + 27742317777372353535851937790883648493
    zero = (0, 1, 1, 0)

    def __init__(self):
        self.d = -121665 * pow(121666, -1, self.p) % self.p
        self.root = pow(2, (self.p - 1) // 4, self.p)
        self.table = None
        self.base = self.from_bytes(b'\x58' + b'\x66' * 31)

    def add(self, one, two):
        p = self.p
        a = (one[1] - one[0]) * (two[1] - two[0]) % p
        b = (one[1] + one[0]) * (two[1] + two[0]) % p
        c = 2 * one[3] * two[3] * self.d % p
        d = 2 * one[2] * two[2] % p
        e, f, g, h = b - a, d - c, d + c, b + a
        return e * f % p, g * h % p, f * g % p, e * h % p

    def double(self, point):
        p = self.p
        x, y, z, _ = point
        a, b = x * x % p, y * y % p
        e = ((x + y) * (x + y) - a - b) % p
        g = b - a
        f, h = g - 2 * z * z, -a - b
        f %= p
        return e * f % p, g * h % p, f * g % p, e * h % p

    def negate(self, point):
        return -point[0] % self.p, point[1], point[2], -point[3] % self.p

    def is_zero(self, point):
        return point[0] == 0 and point[1] == point[2]

    def small_order(self, point):
        return self.is_zero(self.double(self.double(self.double(point))))

    def in_subgroup(self, point):
        return self.is_zero(times(self, self.order, point))

    def affine(self, point):
        inverse = pow(point[2], -1, self.p)
        return point[0] * inverse % self.p, point[1] * inverse % self.p

    def encode(self, point):
        x, y = self.affine(point)
        return (y | (x & 1) << 255).to_bytes(32, 'little')

    def from_bytes(self, data):
        """RFC 8032 §5.1.3, canonical encodings only."""
        p = self.p
        value = int.from_bytes(data, 'little')
        sign, y = value >> 255, value & (1 << 255) - 1
        if y >= p:
            return None
        top, bottom = (y * y - 1) % p, (self.d * y * y + 1) % p
        x = top * bottom**3 * pow(top * bottom**7, (p - 5) // 8, p) % p
        if bottom * x * x % p != top:
            x = x * self.root % p
            if bottom * x * x % p != top:
                return None
        if x == 0 and sign:
            return None
        if x & 1 != sign:
            x = p - x
        return x, y, 1, x * y % p

    def scalar_bytes(self, value):
        return (value % self.order).to_bytes(32, 'little')

    def scalar_int(self, data):
        return int.from_bytes(data, 'little')


def equal(group, one, two):
    return group.is_zero(group.add(one, group.negate(two)))


def times(group, scalar, point):
    """scalar·point in windows of four bits, signed digits."""
    if scalar == 0:
        return group.zero
    odd, double = [point], group.double(point)
    for _ in range(7):
        odd.append(group.add(odd[-1], double))
    digits = []
    while scalar:
        digit = 0
        if scalar & 1:
            digit = scalar & 31
            if digit >= 16:
                digit -= 32
            scalar -= digit
        digits.append(digit)
        scalar >>= 1
    result = group.zero
    for digit in reversed(digits):
        result = group.double(result)
        if digit > 0:
            result = group.add(result, odd[digit >> 1])
        elif digit < 0:
            result = group.add(result, group.negate(odd[-digit >> 1]))
    return result


def times_base(group, scalar):
    """scalar·G from a table that is made once: 64 rows of 15 multiples."""
    if group.table is None:
        group.table, start = [], group.base
        for _ in range(64):
            row = [start]
            for _ in range(14):
                row.append(group.add(row[-1], start))
            group.table.append(row)
            start = group.add(row[-1], start)
    result, at = group.zero, 0
    while scalar:
        if scalar & 15:
            result = group.add(group.table[at][(scalar & 15) - 1], result)
        scalar >>= 4
        at += 1
    return result


SECP256K1 = Weierstrass(
    'secp256k1', 2**256 - 2**32 - 977, 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141, 0, 7,
    0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
    0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8)
P256 = Weierstrass(
    'p256', 2**256 - 2**224 + 2**192 + 2**96 - 1, 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    -3, 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5)
ED25519 = Edwards()
SUITES = {'secp256k1': SECP256K1, 'ed25519': ED25519, 'p256': P256}


@lru_cache(maxsize=65536)
def point_of(suite, data, field, deferred=False):
    """A point in its one encoding, not the identity, in the prime-order group (later, where `deferred`)."""
    group = SUITES[suite]
    if len(data) != group.point_length:
        raise Bad(f'{field}: expected {group.point_length} bytes, found {len(data)}.')
    point = group.from_bytes(data)
    if point is None:
        raise Bad(f'{field}: these bytes are not a point of {suite}.')
    if group.is_zero(point):
        raise Bad(f'{field}: the identity is not allowed here.')
    if group.small_order(point):
        raise Bad(f'{field}: the point has small order.')
    if not deferred and not group.in_subgroup(point):
        raise Bad(f'{field}: the point is outside the prime-order group.')
    return point


def scalar_of(suite, data, field):
    if len(data) != 32:
        raise Bad(f'{field}: expected 32 bytes, found {len(data)}.')
    value = SUITES[suite].scalar_int(data)
    if value >= SUITES[suite].order:
        raise Bad(f'{field}: the scalar is not below the order of {suite}.')
    return value


def hash_to_scalar(suite, label, *parts):
    wide = hashlib.sha512(frame(f'reseal/v1/{suite}/{label}'.encode(), *parts)).digest()
    return int.from_bytes(wide, 'big') % SUITES[suite].order


# ---------------------------------------------------------------------------------------------------------------
# Signatures and proofs

@lru_cache(maxsize=65536)
def ecdsa_p256(key, message, signature):
    """r ‖ s over SHA-256, low s only."""
    if len(signature) != 64:
        return False
    r, s = int.from_bytes(signature[:32], 'big'), int.from_bytes(signature[32:], 'big')
    if not (0 < r < P256.order and 0 < s <= P256.order // 2):
        return False
    e = int.from_bytes(sha256(message), 'big')
    w = pow(s, -1, P256.order)
    point = P256.add(times_base(P256, e * w % P256.order),
                     times(P256, r * w % P256.order, point_of('p256', key, 'key')))
    return not P256.is_zero(point) and P256.affine(point)[0] % P256.order == r


@lru_cache(maxsize=65536)
def eddsa(key, message, signature):
    """RFC 8032 §5.1.7: canonical encodings, the equation with the cofactor."""
    g = ED25519
    if len(signature) != 64 or len(key) != 32:
        return False
    a, r = g.from_bytes(key), g.from_bytes(signature[:32])
    s = int.from_bytes(signature[32:], 'little')
    if a is None or r is None or s >= g.order or g.small_order(a):
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), 'little') % g.order
    rest = g.add(g.add(r, times(g, k, a)), g.negate(times_base(g, s)))
    return g.small_order(rest)


def bip340(key, message, signature):
    """BIP-340 under the x-only form of a compressed key."""
    g = SECP256K1
    if len(signature) != 64:
        return False
    point = g.lift(int.from_bytes(key[1:], 'big'), 0)
    r, s = int.from_bytes(signature[:32], 'big'), int.from_bytes(signature[32:], 'big')
    if point is None or r >= g.p or s >= g.order:
        return False
    e = bip340_challenge(signature[:32], key[1:], message)
    found = g.add(times_base(g, s), g.negate(times(g, e, point)))
    if g.is_zero(found):
        return False
    x, y = g.affine(found)
    return y % 2 == 0 and x == r


def bip340_challenge(r, key, message):
    tag = sha256(b'BIP0340/challenge')
    return int.from_bytes(sha256(tag + tag + r + key + message), 'big') % SECP256K1.order


def expand_message(message, tag, length):
    """RFC 9380 §5.3.1 with SHA-256."""
    tag += bytes([len(tag)])
    first = sha256(bytes(64) + message + u(length, 2) + b'\0' + tag)
    block = sha256(first + b'\1' + tag)
    out, number = block, 1
    while len(out) < length:
        number += 1
        block = sha256(bytes(a ^ b for a, b in zip(first, block)) + bytes([number]) + tag)
        out += block
    return out[:length]


def frost_name(suite, scheme):
    if scheme == 'bip340':
        return 'FROST-secp256k1-SHA256-TR-v1'
    return {'ed25519': 'FROST-ED25519-SHA512-v1', 'p256': 'FROST-P256-SHA256-v1',
            'secp256k1': 'FROST-secp256k1-SHA256-v1'}[suite]


def frost_scalar(suite, scheme, label, data):
    name = frost_name(suite, scheme).encode()
    if suite == 'ed25519':
        prefix = b'' if label == 'chal' else name + label.encode()
        return int.from_bytes(hashlib.sha512(prefix + data).digest(), 'little') % ED25519.order
    return int.from_bytes(expand_message(data, name + label.encode(), 48), 'big') % SUITES[suite].order


def frost_hash(suite, scheme, label, data):
    name = frost_name(suite, scheme).encode() + label.encode()
    return (hashlib.sha512 if suite == 'ed25519' else hashlib.sha256)(name + data).digest()


def challenge_of(suite, scheme, r, key, message):
    if scheme == 'bip340':
        return bip340_challenge(r[1:], key[1:], message)
    return frost_scalar(suite, scheme, 'chal', r + key + message)


@lru_cache(maxsize=65536)
def verify_plain(suite, scheme, key, message, signature):
    """What anybody with an ordinary library would check under the group key."""
    if scheme == 'bip340':
        return bip340(key, message, signature)
    if suite == 'ed25519':
        return eddsa(key, message, signature)
    group = SUITES[suite]
    try:
        r = point_of(suite, signature[:group.point_length], 'R')
        z = scalar_of(suite, signature[group.point_length:], 'z')
    except Bad:
        return False
    c = challenge_of(suite, scheme, signature[:group.point_length], key, message)
    return equal(group, times_base(group, z), group.add(r, times(group, c, point_of(suite, key, 'key'))))


def lagrange(order, indices, at=0):
    """λ_i with f(at) = Σ λ_i·f(i) for every f of degree below the number of indices."""
    found = {}
    for i in indices:
        top = bottom = 1
        for j in indices:
            if j != i:
                top, bottom = top * (at - j) % order, bottom * (i - j) % order
        found[i] = top * pow(bottom, -1, order) % order
    return found


def frost_session(suite, scheme, key_bytes, commitments, message):
    """Binding factors, group commitment, challenge (RFC 9591 §4.4 to §4.6), with the sign that BIP-340 asks for."""
    group = SUITES[suite]
    if scheme == 'bip340':
        key_bytes = b'\x02' + key_bytes[1:]
    listed = b''.join(group.scalar_bytes(i) + commitments[i][0] + commitments[i][1] for i in sorted(commitments))
    prefix = key_bytes + frost_hash(suite, scheme, 'msg', message) + frost_hash(suite, scheme, 'com', listed)
    shares, total = {}, group.zero
    for i in sorted(commitments):
        rho = frost_scalar(suite, scheme, 'rho', prefix + group.scalar_bytes(i))
        hiding, binding = (point_of(suite, part, 'nonces') for part in commitments[i])
        shares[i] = group.add(hiding, times(group, rho, binding))
        total = group.add(total, shares[i])
    if group.is_zero(total):
        raise Bad('signature: the group commitment is the identity.')
    r = group.encode(total)
    return r, shares, challenge_of(suite, scheme, r, key_bytes, message)


@lru_cache(maxsize=4096)
def frost_aggregate(suite, scheme, key_bytes, public, nonces, message, given):
    """The signature that the shares add up to. Bad with the first holder whose share is wrong as culprit."""
    group, order = SUITES[suite], SUITES[suite].order
    commitments, shares = dict(nonces), dict(given)
    r, parts, c = frost_session(suite, scheme, key_bytes, commitments, message)
    numbers = {i: group.scalar_int(shares[i]) for i in shares}
    if all(value < order for value in numbers.values()):
        signature = r + group.scalar_bytes(sum(numbers.values()))
        if scheme == 'bip340':
            signature = signature[1:]
        if verify_plain(suite, scheme, key_bytes, message, signature):
            return signature
    lambdas = lagrange(order, sorted(commitments))
    flip_key = scheme == 'bip340' and key_bytes[0] == 3
    flip_r = scheme == 'bip340' and r[0] == 3
    wrong = []
    for i in sorted(shares):
        share, part = dict(public)[i], parts[i]
        if flip_key:
            share = group.negate(share)
        if flip_r:
            part = group.negate(part)
        right = group.add(part, times(group, c * lambdas[i] % order, share))
        if numbers[i] >= order or not equal(group, times_base(group, numbers[i]), right):
            wrong.append(i)
    if wrong:
        raise Bad(f'signature: the signature shares of holders {", ".join(map(str, wrong))} are wrong.',
                  culprit=wrong[0])
    raise Bad('signature: the signature shares do not add up, though each is right: '
              'the public shares do not belong to the group key.')


@lru_cache(maxsize=65536)
def possession(suite, point, purpose, ceremony, index, epoch, proof, field):
    """Bad unless `proof` shows that its author knows the logarithm of `point`, here and for this."""
    group = SUITES[suite]
    if not group.in_subgroup(point):
        raise Bad(f'{field}: the public point is outside the prime-order group.', culprit=index)
    bound = (purpose.encode(), ceremony, u(index, 2), u(epoch, 8), group.encode(point))
    try:
        r = point_of(suite, proof[:group.point_length], f'{field}, R', True)
        z = scalar_of(suite, proof[group.point_length:], f'{field}, z')
    except Bad as bad:
        raise Bad(bad.message, culprit=index) from None
    c = hash_to_scalar(suite, 'possession', *bound, proof[:group.point_length])
    if not equal(group, times_base(group, z), group.add(r, times(group, c, point))):
        raise Bad(f'{field}: the proof of possession ({purpose}) of holder {index} does not hold for this ceremony, '
                  'epoch and point.', culprit=index)


def same_logarithm(a, b, c, context, proof):
    """True when log_G(A) = log_B(C) is shown on P-256; the points are given as bytes."""
    try:
        points = [point_of('p256', data, 'point') for data in (a, b, c)]
        challenge, z = scalar_of('p256', proof[:32], 'c'), scalar_of('p256', proof[32:], 'z')
    except Bad:
        return False
    minus = P256.order - challenge
    r1 = P256.add(times_base(P256, z), times(P256, minus, points[0]))
    r2 = P256.add(times(P256, z, points[1]), times(P256, minus, points[2]))
    if P256.is_zero(r1) or P256.is_zero(r2):
        return False
    return hash_to_scalar('p256', 'dleq', context, a, b, c, P256.encode(r1), P256.encode(r2)) == challenge


# ---------------------------------------------------------------------------------------------------------------
# HPKE (RFC 9180) with the shared point that a complaint reveals; AES-256-GCM (FIPS 197, SP 800-38D)

def make_sbox():
    box, p, q = [0] * 256, 1, 1
    while True:
        p ^= p << 1 ^ (0x11b if p & 0x80 else 0)
        p &= 0xff
        q ^= q << 1
        q ^= q << 2
        q ^= q << 4
        q &= 0xff
        if q & 0x80:
            q ^= 0x09
        turned = q ^ (q << 1 | q >> 7) ^ (q << 2 | q >> 6) ^ (q << 3 | q >> 5) ^ (q << 4 | q >> 4)
        box[p] = (turned ^ 0x63) & 0xff
        if p == 1:
            break
    box[0] = 0x63
    return box


SBOX = make_sbox()


def aes256(key, block):
    words, rcon = [list(key[i:i + 4]) for i in range(0, 32, 4)], 1
    for i in range(8, 60):
        word = list(words[-1])
        if i % 8 == 0:
            word = [SBOX[one] for one in word[1:] + word[:1]]
            word[0] ^= rcon
            rcon <<= 1
        elif i % 8 == 4:
            word = [SBOX[one] for one in word]
        words.append([a ^ b for a, b in zip(words[i - 8], word)])
    keys = [sum(words[i:i + 4], []) for i in range(0, 60, 4)]
    state = [a ^ b for a, b in zip(block, keys[0])]

    def twice(a):
        return (a << 1 ^ (0x1b if a & 0x80 else 0)) & 0xff
    for number in range(1, 15):
        state = [SBOX[state[(i + 4 * (i % 4)) % 16]] for i in range(16)]
        if number < 14:
            mixed = []
            for i in range(0, 16, 4):
                column = state[i:i + 4]
                every = column[0] ^ column[1] ^ column[2] ^ column[3]
                mixed += [column[j] ^ every ^ twice(column[j] ^ column[(j + 1) % 4]) for j in range(4)]
            state = mixed
        state = [a ^ b for a, b in zip(state, keys[number])]
    return bytes(state)


def gcm_open(key, nonce, sealed):
    """The plaintext, or None; there is no additional data."""
    if len(sealed) < 16:
        return None
    data, tag = sealed[:-16], sealed[-16:]
    h = int.from_bytes(aes256(key, bytes(16)), 'big')

    def multiply(x):
        z, v = 0, h
        for bit in range(127, -1, -1):
            if x >> bit & 1:
                z ^= v
            v = v >> 1 ^ (0xe1 << 120 if v & 1 else 0)
        return z
    y = 0
    for at in range(0, len(data), 16):
        y = multiply(y ^ int.from_bytes(data[at:at + 16].ljust(16, b'\0'), 'big'))
    y = multiply(y ^ len(data) * 8)
    if not hmac.compare_digest(u(y ^ int.from_bytes(aes256(key, nonce + u(1, 4)), 'big'), 16), tag):
        return None
    out = b''
    for number, at in enumerate(range(0, len(data), 16)):
        stream = aes256(key, nonce + u(number + 2, 4))
        out += bytes(a ^ b for a, b in zip(data[at:at + 16], stream))
    return out


def hkdf_expand(key, info, length):
    out, block = b'', b''
    for number in range(1, -(-length // 32) + 1):
        block = hmac.digest(key, block + info + bytes([number]), 'sha256')
        out += block
    return out[:length]


def hpke_open(shared, ephemeral, recipient, info, sealed):
    """The plaintext of one sealed sub-share, or None. Keys and point are compressed; HPKE takes the long form."""
    def extract(suite, salt, label, data):
        return hmac.digest(salt, b'HPKE-v1' + suite + label + data, 'sha256')

    def expand(suite, key, label, data, length):
        return hkdf_expand(key, u(length, 2) + b'HPKE-v1' + suite + label + data, length)

    def long_form(key):
        x, y = P256.affine(point_of('p256', key, 'key'))
        return b'\4' + u(x, 32) + u(y, 32)
    kem, suite = b'KEM\0\x10', b'HPKE\0\x10\0\1\0\2'
    prk = extract(kem, b'', b'eae_prk', shared[1:])
    secret = expand(kem, prk, b'shared_secret', long_form(ephemeral) + long_form(recipient), 32)
    context = b'\0' + extract(suite, b'', b'psk_id_hash', b'') + extract(suite, b'', b'info_hash', info)
    main = extract(suite, secret, b'secret', b'')
    return gcm_open(expand(suite, main, b'key', context, 32), expand(suite, main, b'base_nonce', context, 12), sealed)


# ---------------------------------------------------------------------------------------------------------------
# Fields. The sentences matter: what ends a ceremony is told in the transcript, word for word.

MISSING = object()


def kind_of(value):
    if value is MISSING:
        return 'undefined'
    if value is None:
        return 'null'
    return {bool: 'boolean', int: 'number', float: 'number', str: 'string', list: 'array',
            bytes: 'Uint8Array'}.get(type(value), 'object')


def time_exists(value):
    year, month, day, hour, minute, second = map(int, re.findall(r'\d+', value))
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    days = [31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return 1 <= month <= 12 and 1 <= day <= days[month - 1] and hour < 24 and minute < 60 and second < 60


def line_issue(value):
    if value == '':
        return 'expected some text'
    if length_of(value) > 200:
        return 'expected at most 200 characters'
    if re.match(f'[{SPACE}]', value) or re.search(f'[{SPACE}]\\Z', value) or re.search('[\n\r\u2028\u2029]', value):
        return 'expected text without leading or trailing space'
    if re.search(f'[{CONTROL}{BIDI}]', value):
        return 'expected text without control characters'
    return seen_issue(value)


def seen_issue(value):
    if not well_formed(value):
        return 'expected text without half characters'
    return None if VISIBLE.search(value) else 'expected text that can be seen'


def exception_issue(value):
    if value == '':
        return 'expected some text'
    if length_of(value) > 2000:
        return 'expected at most 2000 characters'
    if re.match(f'[{SPACE}]', value) or re.search(f'[{SPACE}]\\Z', value):
        return 'expected text without space or empty lines at its ends'
    if re.search(f'[{CONTROL}{BIDI}]', value.replace('\n', '')):
        return 'expected text without control characters but new lines'
    return seen_issue(value)


def remarks_issue(value):
    if length_of(value) > 4000:
        return 'expected at most 4000 characters'
    return seen_issue(value) if value != '' else None


TEXTS = {'line': line_issue, 'exception': exception_issue, 'remarks': remarks_issue, 'text': lambda value: None}
IDENTITY = ('object', {'alg': ('oneof', 'ES256', 'EdDSA'), 'key': ('like', '(?:[0-9a-f]{2}){32,33}')})
PERSON = ('object', {'name': ('line',), 'identity': IDENTITY})


def whole_issue(value, low, high):
    if kind_of(value) != 'number':
        return f'Invalid input: expected number, received {kind_of(value)}'
    if value != int(value):
        return 'Invalid input: expected int, received number'
    if abs(value) > 2**53 - 1:
        return ('Too big: expected int to be <=9007199254740991' if value > 0
                else 'Too small: expected int to be >=-9007199254740991')
    if value < low:
        return f'Too small: expected number to be >={low}'
    return f'Too big: expected number to be <={high}' if value > high else None


def issue(shape, value, path=()):
    """The first thing that is wrong with a value, as (path, sentence); None where it fits."""
    what, *more = shape
    found = kind_of(value)

    def told(sentence):
        return None if sentence is None else (path, sentence)
    if what == 'optional':
        return None if value is None else issue(more[0], value, path)
    if what == 'identity':
        return issue(IDENTITY, value, path)
    if what == 'person':
        return issue(PERSON, value, path)
    if what == 'record':
        return issue(('object', RECORD_FIELDS), value, path)
    if what == 'bool':
        return told(None if found == 'boolean' else f'Invalid input: expected boolean, received {found}')
    if what in ('is', 'oneof'):
        if any(type(value) is type(one) and value == one for one in more):
            return None
        if len(more) == 1:
            return told(f'Invalid input: expected "{more[0]}"')
        return told('Invalid option: expected one of ' + '|'.join(f'"{one}"' for one in more))
    if what == 'int':
        return told(whole_issue(value, *more))
    if what == 'index-or-zero':
        sentence = whole_issue(value, 1, 65535) if found == 'number' and value == int(value) else 'Invalid input'
        return told(None if found == 'number' and value == 0 else sentence)
    if what == 'bytes':
        return told(None if found == 'Uint8Array' and len(value) == more[0] else f'expected {more[0]} bytes')
    if what == 'upto':
        good = found == 'Uint8Array' and len(value) <= more[0]
        return told(None if good else f'expected a byte string of at most {more[0]} bytes')
    if what in TEXTS or what in ('hex', 'like', 'time'):
        if found != 'string':
            return told(f'Invalid input: expected string, received {found}')
        if what in TEXTS:
            return told(TEXTS[what](value))
        if what == 'hex':
            return told(None if re.fullmatch(f'[0-9a-f]{{{2 * more[0]}}}', value)
                        else f'expected {more[0]} bytes as lower-case hex')
        if what == 'like':
            return told(None if re.fullmatch(more[0], value) else 'expected another form')
        if not re.fullmatch(r'[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z', value):
            return told('expected a time like 2026-11-23T09:00:00Z')
        return told(None if time_exists(value) else 'expected a time that exists')
    if what in ('list', 'tuple'):
        low, high, *shapes = more if what == 'list' else (len(more), len(more), *more)
        if found != 'array':
            expected = 'array' if what == 'list' else 'tuple'
            return told(f'Invalid input: expected {expected}, received {found}')
        if len(value) > high:
            return told(f'Too big: expected array to have <={high} items')
        if len(value) < low:
            return told(f'Too small: expected array to have >={low} items')
        for at, one in enumerate(value):
            wrong = issue(shapes[0] if what == 'list' else shapes[at], one, (*path, str(at)))
            if wrong:
                return wrong
        return None
    if what == 'any-map':
        return told(None if isinstance(value, dict) else f'Invalid input: expected record, received {found}')
    if what == 'either':
        kind = value.get('kind') if isinstance(value, dict) else None
        if isinstance(kind, str) and kind in more[0]:
            return issue(('object', more[0][kind]), value, path)
        options = ' | '.join(f"'{one}'" for one in more[0])
        return (*path, 'kind'), f'Invalid discriminator value. Expected {options}'
    fields = more[0]
    if found == 'Uint8Array':
        value = {str(at): one for at, one in enumerate(value)}
    elif found != 'object':
        return told(f'Invalid input: expected object, received {found}')
    for key, inner in fields.items():
        wrong = issue(inner, value.get(key, MISSING), (*path, key))
        if wrong:
            return wrong
    unknown = [key for key in value if key not in fields]
    numbers = sorted((key for key in unknown if re.fullmatch('0|[1-9][0-9]{0,9}', key)), key=int)
    unknown = numbers + [key for key in unknown if key not in numbers]
    if unknown:
        listed = ', '.join(f'"{key}"' for key in unknown)
        return told(f'Unrecognized key{"s" if len(unknown) > 1 else ""}: {listed}')
    return None


def require(shape, value, what):
    wrong = issue(shape, value)
    if wrong:
        path, sentence = wrong
        named = f'field "{".".join(path)}": ' if path else ''
        raise Bad(plain(f'{what}: {named}{sentence}.'))


PAIRS = ('list', 0, 256, ('tuple', ('int', 1, 65535), ('bytes', 32)))
BODIES = {
    APPROVE: ('either', {
        'approve': {'kind': ('is', 'approve'), 'plan': ('bytes', 32)},
        'decline': {'kind': ('is', 'decline'), 'plan': ('bytes', 32), 'reason': ('line',)}}),
    DEAL: ('object', {
        'kind': ('is', 'deal'), 'possession': ('upto', 96),
        'readiness': ('object', {'vault': ('line',), 'checkedBackups': ('list', 0, 64, ('line',))}),
        'commitments': ('list', 0, 256, ('upto', 33)), 'sealed': PAIRS, 'ephemeral': ('bytes', 33),
        'ephemeralProof': ('upto', 96), 'sealingKey': ('bytes', 33), 'sealingProof': ('upto', 96)}),
    CONFIRM: ('either', {
        'accept': {
            'kind': ('is', 'accept'), 'publicShares': ('bytes', 32),
            'nonces': ('list', 0, 512, ('tuple', ('int', 0, 2**53 - 1), ('upto', 33), ('upto', 33)))},
        'complaint': {
            'kind': ('is', 'complaint'), 'against': ('int', 1, 65535), 'sealed': ('upto', 4096),
            'sharedPoint': ('bytes', 33), 'proof': ('upto', 160)}}),
    SECURE: ('object', {
        'kind': ('is', 'secure'), 'possession': ('upto', 96),
        'signatureShares': ('list', 0, 512, ('tuple', ('int', 0, 2**53 - 1), ('bytes', 32))),
        'backups': ('list', 0, 1024, ('object', {
            'kind': ('oneof', *BACKUP_KINDS), 'label': ('line',), 'serial': ('line',), 'readBack': ('line',),
            'witness': ('line',), 'at': ('time',)}))}),
    RETIRE: ('object', {
        'kind': ('is', 'retire'), 'head': ('bytes', 32),
        'destroyed': ('list', 0, 256, ('object', {
            'epoch': ('index-or-zero',), 'what': ('line',), 'method': ('line',), 'tool': ('line',),
            'who': ('line',), 'witness': ('line',), 'at': ('time',)}))}),
    ATTEST: ('object', {
        'kind': ('is', 'attest'), 'statement': ('oneof', 'agree', 'do-not-agree'), 'remarks': ('remarks',)}),
    EXCEPTION: ('object', {
        'kind': ('is', 'exception'),
        'category': ('oneof', 'delay', 'equipment', 'medium', 'person', 'procedure', 'security', 'other'),
        'step': ('line',), 'text': ('exception',)}),
    STOP: ('object', {'kind': ('is', 'stop'), 'reason': ('line',)}),
}
PAYLOAD = ('object', {
    'ceremony': ('bytes', 16), 'key': ('bytes', 8), 'epoch': ('int', 0, 65535), 'round': ('int', 0, 9),
    'attempt': ('int', 1, 65535),
    'sender': ('like', '(?:administrator|(?:holder|approver|witness)-[1-9][0-9]{0,4})'),
    'prev': ('bytes', 32), 'at': ('time',), 'body': ('any-map',)})


def body_of(envelope, rule):
    """The body of an envelope; what does not fit is a fault of the sender, who signed it."""
    try:
        require(BODIES[envelope.round], envelope.body, f'Round {envelope.round}, {envelope.sender}')
    except Bad as bad:
        raise Fault(rule, envelope.sender, bad.message) from None
    return envelope.body


# ---------------------------------------------------------------------------------------------------------------
# Sharings and the plan

def check_sharing(suite, shares, threshold, key):
    """The public shares lie on one polynomial of degree exactly t-1, whose value at 0 is the group key."""
    group, order = SUITES[suite], SUITES[suite].order
    indices = sorted(shares)
    n, t = len(indices), threshold

    def combine(weights):
        total = group.zero
        for index, weight in weights.items():
            total = group.add(total, times(group, weight % order, shares[index]))
        return total
    starts = sorted({round(k * n / max(3, -(-n // t))) % n for k in range(max(3, -(-n // t)))}) if n > t else [0]
    for start in starts:
        subset = sorted(indices[(start + k) % n] for k in range(t))
        if not equal(group, combine(lagrange(order, subset)), key):
            raise Bad(f'public shares: those of holders {", ".join(map(str, subset))} do not give the group key.',
                      'group-key-changed')
    # A value of another polynomial survives no random combination of the checks of degree.
    if n > t:
        factor = int.from_bytes(hashlib.sha512(b'verify.py degree' + b''.join(
            u(index, 2) + group.encode(shares[index]) for index in indices)).digest(), 'big')
        weights = {}
        for i in indices:
            product = 1
            for j in indices:
                if j != i:
                    product = product * (i - j) % order
            other = sum(pow(factor, m + 1, order) * pow(i, m, order) for m in range(n - t))
            weights[i] = pow(product, -1, order) * other % order
        if not group.is_zero(combine(weights)):
            raise Bad(f'public shares: they do not all lie on one polynomial of degree {t - 1}.', 'group-key-changed')
    first = indices[:t]
    top = {}
    for i in first:
        product = 1
        for j in first:
            if j != i:
                product = product * (i - j) % order
        top[i] = pow(product, -1, order)
    if group.is_zero(combine(top)):
        raise Bad(f'public shares: the polynomial has a degree below {t - 1}, so fewer than {t} holders could sign.',
                  'degree-too-low')


def hex_of(value, field):
    if not re.fullmatch('(?:[0-9a-f]{2})*', value):
        raise Bad(f'Key record: field "{field}": expected lower-case hex.')
    return bytes.fromhex(value)


def fingerprint_of(suite, key):
    return digest('key-fingerprint', suite.encode(), key)[:8]


@lru_cache(maxsize=256)
def points_of_record(text):
    """Group key and public shares of a key record (canonical text), after all checks."""
    record = loads(text)
    indices = [holder['index'] for holder in record['holders']]
    if indices != sorted(set(indices)):
        raise Bad('Key record: the holders are not in ascending order of index, or one occurs twice.')
    if not 2 <= record['threshold'] <= len(indices):
        raise Bad('Key record: the threshold does not fit the number of holders.')
    key = point_of(record['suite'], hex_of(record['groupKey'], 'groupKey'), 'groupKey')
    shares = {holder['index']: point_of(record['suite'], hex_of(holder['publicShare'], 'publicShare'), 'publicShare')
              for holder in record['holders']}
    if fingerprint_of(record['suite'], bytes.fromhex(record['groupKey'])).hex() != record['fingerprint']:
        raise Bad('Key record: the fingerprint does not belong to the group key.')
    check_sharing(record['suite'], shares, record['threshold'], key)
    return key, shares


BECH32 = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'
X25519_PRIME = 2**255 - 19
# u-coordinates that are nobody's key: 0, 1, -1, and those of the points of order 8.
SMALL_ORDER = (
    0, 1, X25519_PRIME - 1, 325606250916557431795983626356110631294008115727848805560023387167927233504,
    39382357235489614581723060781553021112529911719440698176882885853963445705823)


def is_recipient(text):
    """True for an age recipient (X25519, Bech32 of BIP-173 with the prefix "age") in the one form that counts."""
    if not re.fullmatch(f'age1[{BECH32}]{{58}}', text):
        return False
    values = [BECH32.index(character) for character in text[4:]]
    check = 1
    for value in [ord(one) >> 5 for one in 'age'] + [0] + [ord(one) & 31 for one in 'age'] + values:
        top, check = check >> 25, (check & 0x1ffffff) << 5 ^ value
        for bit, factor in enumerate((0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3)):
            check ^= factor if top >> bit & 1 else 0
    number = int(''.join(f'{value:05b}' for value in values[:52]), 2)
    if check != 1 or number & 15:
        return False
    u = int.from_bytes((number >> 4).to_bytes(32, 'big'), 'little')
    return u < X25519_PRIME and u not in SMALL_ORDER


class Plan:
    """plan.json after all checks, and what follows from its bytes. Bad with the first mistake."""

    def __init__(self, data):
        plan = parse_canonical(data, 'plan.json')
        require(('object', PLAN_FIELDS), plan, 'plan.json')
        self.plan, self.data = plan, data
        self.hash = sha256(data)
        self.id = self.hash[:16]
        self.code = words(self.hash[:4])
        self.suite, self.threshold, self.epoch = plan['suite'], plan['threshold'], plan['epoch']
        self.group = SUITES[self.suite]
        self.refresh = plan['kind'] == 'refresh'
        self.holders = {holder['index']: holder for holder in plan['holders']}
        self.indices = [holder['index'] for holder in plan['holders']]
        self.before = plan['before']
        self.check()
        self.old = points_of_record(canonical(self.before)) if self.before else (None, {})
        self.key = bytes.fromhex(self.before['fingerprint']) if self.before else bytes(8)

    def check(self):
        plan, indices = self.plan, self.indices
        if len(set(indices)) != len(indices) or indices != sorted(indices):
            raise Bad('Plan: the holders are not in ascending order of index, or one occurs twice.')
        if not 2 <= plan['threshold'] <= len(indices):
            raise Bad('Plan: the threshold does not fit the number of holders.')
        self.check_people()
        self.check_before()
        self.check_proofs()
        seen = set()
        for backup in plan['backups']:
            pair = (backup['holder'], backup['label'])
            if backup['holder'] not in indices or pair in seen:
                raise Bad('Plan: field "backups": a holder who is not there, or the same label twice.')
            seen.add(pair)
            recipients = backup.get('recipients', [])
            if recipients != sorted(set(recipients)) or not all(map(is_recipient, recipients)):
                raise Bad('Plan: field "backups": recipients that are no age recipients, occur twice, or are out of order.')

    def check_people(self):
        plan = self.plan
        # Everybody with role and name, in the order of the plan.
        self.people = {f'approver-{at + 1}': who for at, who in enumerate(plan['approvers'])}
        self.people |= {f'holder-{who["index"]}': who for who in plan['holders']}
        self.people |= {f'witness-{at + 1}': who for at, who in enumerate(plan['witnesses'])}
        self.people['administrator'] = plan['administrator']
        for who in self.people.values():
            suite = 'p256' if who['identity']['alg'] == 'ES256' else 'ed25519'
            point_of(suite, bytes.fromhex(who['identity']['key']), 'identity key')
        for holder in plan['holders']:
            point_of('p256', bytes.fromhex(holder['sealingKey']), 'sealing key')
        for part in ('holders', 'approvers', 'witnesses'):
            keys = [who['identity']['key'] for who in plan[part]]
            if len(set(keys)) != len(keys):
                raise Bad(f'Plan: field "{part}": the same laptop occurs twice.')
        keys = [holder['sealingKey'] for holder in plan['holders']]
        if len(set(keys)) != len(keys):
            raise Bad('Plan: field "holders": the same sealing key occurs twice.')
        if plan['approvalsNeeded'] > len(plan['approvers']):
            raise Bad('Plan: field "approvalsNeeded": more than there are approvers.')

    def check_before(self):
        plan, before = self.plan, self.before
        if not self.refresh:
            if before is not None or plan['epoch'] != 0:
                raise Bad('Plan: a new key starts with epoch 0 and without a record.')
            if plan['replacedCards']:
                raise Bad('Plan: field "replacedCards": a new key has no record that could name other cards.')
            return
        if before is None:
            raise Bad('Plan: field "before": a refresh starts from a key record.')
        for field, known in (('suite', 'suite'), ('keyName', 'name'), ('rehearsal', 'rehearsal'),
                             ('threshold', 'threshold')):
            if plan[field] != before[known]:
                raise Bad(f'Plan: field "{field}": it is not that of the key record.')
        if before['epoch'] + 1 != plan['epoch'] or [one['index'] for one in before['holders']] != self.indices:
            raise Bad('Plan: epoch or holders do not follow from the key record.')
        points_of_record(canonical(before))
        replaced = plan['replacedCards']
        if sorted(set(replaced)) != replaced or any(index not in self.indices for index in replaced):
            raise Bad('Plan: field "replacedCards": expected holders of this plan, in order, each once.')
        for past in before['holders']:
            holder = self.holders[past['index']]
            if past['index'] in replaced:
                if past['sealingKey'] in (None, holder['sealingKey']):
                    raise Bad('Plan: field "replacedCards": a holder has no other card than the key record names.')
                continue
            if past['identity'] and past['identity']['key'] != holder['identity']['key']:
                raise Bad('Plan: field "holders": the key record names another laptop.')
            if past['sealingKey'] and past['sealingKey'] != holder['sealingKey']:
                raise Bad('Plan: field "holders": the key record has another sealing key.')

    def check_proofs(self):
        n, t, covered, everybody = len(self.indices), self.threshold, set(), False
        for proof in self.plan['proofs']:
            signers = proof['signers']
            if proof['scheme'] == 'bip340' and self.suite != 'secp256k1':
                raise Bad('Plan: field "proofs": BIP-340 signatures exist on secp256k1 only.')
            if signers != sorted(set(signers)) or not set(signers) <= set(self.indices):
                raise Bad('Plan: field "proofs": expected indices of holders, ascending.')
            if len(signers) not in (t, n):
                raise Bad('Plan: field "proofs": expected all holders, or exactly the threshold.')
            everybody |= len(signers) == n
            if len(signers) == t:
                covered |= set(signers)
        if not everybody or covered != set(self.indices):
            raise Bad('Plan: field "proofs": one by all holders, and everybody in one by exactly the threshold.')

    def who(self, role):
        return f'{role.replace("-", " ", 1)} ({self.people[role]["name"]})' if role in self.people else role

    def contributors(self, number):
        if number == EXCEPTION:
            return list(self.people)
        start = {APPROVE: 'approver-', ATTEST: 'witness-'}.get(number, 'holder-')
        return [role for role in self.people if role.startswith(start)]

    def message(self, fingerprint, at):
        """The text that proof number `at` signs."""
        signers = ' '.join(map(str, self.plan['proofs'][at]['signers']))
        last = 'REHEARSAL' if self.plan['rehearsal'] else 'This message is not a transaction.'
        return (f'Reseal key share proof\nCeremony: {self.id.hex()}\nKey: {fingerprint.hex()}\nEpoch: {self.epoch}\n'
                f'Signers: {signers}\n{last}\n').encode()


@lru_cache(maxsize=64)
def plan_of(data):
    return Plan(data)


def verified(identity, message, signature):
    key = bytes.fromhex(identity['key'])
    return (ecdsa_p256 if identity['alg'] == 'ES256' else eddsa)(key, message, signature)


# ---------------------------------------------------------------------------------------------------------------
# Envelopes

class Envelope:
    """A COSE_Sign1 message, decoded strictly; its signature is checked elsewhere."""

    def __init__(self, data, what):
        if data[:1] != b'\xd2':
            raise Bad(f'{what}: this is not a COSE_Sign1 message.')
        parts = cbor_decode(data[1:], what, True)
        if not isinstance(parts, list) or len(parts) != 4:
            raise Bad(f'{what}: expected the four parts of a COSE_Sign1 message.')
        header, unprotected, content, signature = parts
        if not isinstance(unprotected, Map) or unprotected:
            raise Bad(f'{what}: the unprotected header must be empty.')
        if not isinstance(header, bytes) or not isinstance(content, bytes):
            raise Bad(f'{what}: header and payload must be byte strings.')
        if not isinstance(signature, bytes) or len(signature) != 64:
            raise Bad(f'{what}: expected a signature of 64 bytes.')
        fields = cbor_decode(header, f'{what}, protected header', True)
        if not isinstance(fields, Map) or len(fields) != 4 or not all(map(is_int, fields)):
            raise Bad(f'{what}: expected exactly four protected header fields.')
        version = fields.get(-65537)
        if fields.get(3) != 'application/vnd.reseal.envelope+cbor' or not is_int(version) or version != 1:
            raise Bad(f'{what}: another content type or protocol version.')
        self.alg = {-7: 'ES256', -8: 'EdDSA'}.get(fields.get(1)) if is_int(fields.get(1)) else None
        self.kid = fields.get(4)
        if self.alg is None or not isinstance(self.kid, bytes):
            raise Bad(f'{what}: expected ES256 or EdDSA, and a key id.')
        payload = cbor_decode(content, what)
        require(PAYLOAD, payload, what)
        self.data, self.signature = data, signature
        self.signed = cbor_encode(['Signature1', header, b'', content])
        self.ceremony, self.key, self.epoch = payload['ceremony'], payload['key'], payload['epoch']
        self.round, self.attempt, self.sender = payload['round'], payload['attempt'], payload['sender']
        self.prev, self.at, self.body = payload['prev'], payload['at'], payload['body']

    @property
    def slot(self):
        return f'r{self.round}-a{self.attempt}-{self.sender}'

    def contradicts(self, other):
        return ((self.ceremony, self.round, self.attempt, self.sender) ==
                (other.ceremony, other.round, other.attempt, other.sender) and self.signed != other.signed)


@lru_cache(maxsize=65536)
def envelope_of(data, what):
    return Envelope(data, what)


def open_envelope(plan, data, path):
    """An envelope of this ceremony, with everything about it checked that depends on no other one."""
    envelope = envelope_of(data, path)
    named = f'{path} from {envelope.sender}'
    if envelope.ceremony != plan.id:
        raise Bad(f'{named}: it belongs to another ceremony.', 'wrong-ceremony')
    if envelope.key != plan.key or envelope.epoch != plan.epoch:
        raise Bad(f'{named}: it is about another key or epoch.')
    if envelope.round in (6, 7):
        raise Bad(f'{named}: there is no round {envelope.round}.')
    if envelope.sender not in plan.contributors(envelope.round):
        raise Bad(f'{named}: the plan has no such sender in this round.')
    if envelope.attempt != 1 and envelope.round not in (CONFIRM, SECURE, EXCEPTION):
        raise Bad(f'{named}: only rounds 2 and 3 can have further attempts.')
    identity = plan.people[envelope.sender]['identity']
    kid = sha256(frame(identity['alg'].encode(), bytes.fromhex(identity['key'])))[:8]
    if (envelope.alg != identity['alg'] or envelope.kid != kid
            or not verified(identity, envelope.signed, envelope.signature)):
        raise Bad(f'{named}: the signature is not that of {envelope.sender} in the plan.')
    if envelope.round == EXCEPTION:
        if envelope.attempt > 99:
            raise Bad(f'{named}: nobody puts more than 99 exceptions on record.', 'bad-exception')
        if envelope.prev != plan.hash:
            raise Bad(f'{named}: an exception follows the plan, and this one does not.', 'bad-exception')
        try:
            require(BODIES[EXCEPTION], envelope.body, named)
        except Bad as bad:
            raise Bad(bad.message, 'bad-exception') from None
    return envelope


class Bundle:
    def __init__(self, number, attempt, envelopes, exceptions, evidence):
        self.round, self.attempt = number, attempt
        self.envelopes, self.exceptions, self.evidence = envelopes, exceptions, evidence

    def all(self):
        return [*self.envelopes, *self.exceptions, *self.evidence]

    def hash(self, plan):
        return digest('bundle', plan.id, u(self.round, 1), u(self.attempt, 2), u(len(self.envelopes), 2),
                      u(len(self.exceptions), 2), *(one.data for one in self.all()))


SLOT = r'r[0-9]-a[0-9]{1,5}-[a-z]{1,16}(?:-[0-9]{1,5})?'
ROUND = r'r(?P<round>[0-9])-a(?P<attempt>[0-9]{1,5})-'
MAIN = re.compile(r'envelopes/(?P<slot>r(?P<round>[0-9])-a(?P<attempt>[0-9]{1,5})-[a-z]{1,16}-[0-9]{1,5})\.cose')
EXCEPTIONS = re.compile(rf'envelopes/{ROUND}exception-[0-9]{{1,2}}-[a-z]{{1,16}}(?:-[0-9]{{1,5}})?\.cose')
EVIDENCE = re.compile(rf'envelopes/evidence-{ROUND}(?P<place>[0-9]{{1,5}})-(?P<slot>{SLOT})\.cose')


class Envelopes:
    """All envelope files of a record, and the bundles that they make by their names."""

    def __init__(self, plan, files, found):
        self.plan, self.filed, self.used = plan, [], set()
        for path in sorted(files):
            if path.startswith('envelopes/'):
                one = self.read(path, files[path], files)
                self.filed.append(one)
                found.see('check_signatures', f'{path}: {one["envelope"].alg} by {one["envelope"].sender}, '
                                              f'SHA-256 {sha256(files[path]).hex()[:16]}…')

    def read(self, path, data, files):
        exception = EXCEPTIONS.fullmatch(path)
        name = exception or MAIN.fullmatch(path) or EVIDENCE.fullmatch(path)
        if not name or int(name['attempt']) > 65535:
            raise Problem('check_files', path, 'an envelope of a record does not have such a name.')
        number, attempt = int(name['round']), int(name['attempt'])
        try:
            envelope = open_envelope(self.plan, data, path)
        except Bad as bad:
            if bad.code == 'wrong-ceremony':
                self.require_this_plan(files)
            raise Problem('check_exceptions' if bad.code == 'bad-exception' else 'check_signatures',
                          path, bad.message) from None
        if exception:
            fits = envelope.round == EXCEPTION and path == (
                f'envelopes/r{number}-a{attempt}-exception-{envelope.attempt}-{envelope.sender}.cose')
        else:
            fits = envelope.slot == name['slot']
        if not fits:
            raise Problem('check_files', path, f'the envelope in it is that of {envelope.slot}.')
        place = int(name['place']) if name.re is EVIDENCE else None
        return {'path': path, 'round': number, 'attempt': attempt, 'envelope': envelope, 'place': place,
                'exception': bool(exception)}

    def require_this_plan(self, files):
        """Where all envelopes are of one other ceremony, it is the plan that does not belong to them."""
        others = set()
        for path, data in files.items():
            if path.startswith('envelopes/'):
                try:
                    others.add(envelope_of(data, path).ceremony)
                except Bad:
                    pass
        if len(others) == 1 and others != {self.plan.id}:
            raise Problem('check_plan', 'plan.json', f'its hash makes it the plan of ceremony {self.plan.id.hex()}, '
                                                     f'but all envelopes are of ceremony {others.pop().hex()}.')

    def bundle(self, number):
        filed = [one for one in self.filed if one['round'] == number]
        for one in filed:
            if one['attempt'] != filed[0]['attempt']:
                raise Problem('check_complete', one['path'], 'it is of another attempt than the others of its round.')
            self.used.add(one['path'])
        order, roles = self.plan.contributors(number), list(self.plan.people)
        main = [one['envelope'] for one in filed if one['place'] is None and not one['exception']]
        main.sort(key=lambda one: order.index(one.sender) if one.sender in order else -1)
        exceptions = [one['envelope'] for one in filed if one['exception']]
        exceptions.sort(key=lambda one: (one.attempt, roles.index(one.sender)))
        evidence = sorted((one for one in filed if one['place'] is not None), key=lambda one: one['place'])
        return Bundle(number, filed[0]['attempt'] if filed else 1, main, exceptions,
                      [one['envelope'] for one in evidence])

    def path_of(self, envelope, default='envelopes'):
        return next((one['path'] for one in self.filed if one['envelope'] is envelope), default)


# ---------------------------------------------------------------------------------------------------------------
# The ceremony, replayed

class Refused(Exception):
    """A bundle that proves nothing: no laptop would have accepted it."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code, self.message = code, message


class View:
    def __init__(self, plan):
        self.plan, self.bundles, self.head, self.next = plan, [], plan.hash, APPROVE
        self.deal = self.confirm = self.proofs = self.abort = None
        self.faults = []

    @property
    def outcome(self):
        return 'aborted' if self.abort else 'closed' if self.next is None else 'open'


def misplaced(view, bundle):
    """The first exception that has no place in its bundle, and why."""
    plan, count, last = view.plan, {}, None
    roles = list(plan.people)
    for past in view.bundles:
        for one in past.exceptions:
            count[one.sender] = one.attempt
    for at, one in enumerate(bundle.exceptions):
        place = (one.attempt, roles.index(one.sender))
        if one.round != EXCEPTION:
            return one, 'an envelope is carried as an exception that is none'
        if one.attempt != count.get(one.sender, 0) + 1:
            return one, f'exception {one.attempt} of {one.sender} was carried already, or one before it was not'
        if last is not None and last >= place:
            return one, f'exception {one.attempt} of {one.sender} is in the wrong place'
        if at >= 16:
            return one, 'a bundle carries at most 16 exceptions'
        count[one.sender], last = one.attempt, place
    return None


class Replay:
    def __init__(self, plan, files, found):
        self.plan, self.found = plan, found
        self.envelopes = Envelopes(plan, files, found)
        found.through('check_signatures')
        self.view = View(plan)

    def run(self):
        view, found = self.view, self.found
        while view.next is not None:
            self.round(view.next)
        left = next((one['path'] for one in self.envelopes.filed if one['path'] not in self.envelopes.used), None)
        if left:
            raise Problem('check_complete', left, 'the ceremony had no such round.')
        found.through('check_chain', 'check_equivocation', 'check_exceptions')
        if not any(fault['rule'] == 'check_equivocation' for fault in view.faults):
            found.through('check_complete')
        found.see('check_outcome', self.sentence())
        return view

    def round(self, number):
        view, found = self.view, self.found
        bundle = self.envelopes.bundle(number)
        aborted, faults = view.abort, len(view.faults)
        try:
            self.advance(bundle)
        except Refused as refused:
            raise self.refusal(refused, bundle) from None
        except Bad as bad:
            raise Problem('check_outcome', f'envelopes/r{number}-*', bad.message) from None
        if len(view.faults) > faults:
            fault = view.faults[-1]
            found.fail(Problem(fault['rule'], self.where(fault, bundle), fault['reason']))
            return
        if view.abort is None or aborted:
            if number == CONFIRM:
                found.see('check_complaints', 'round 2 (confirm): nobody complained')
            found.through(*(rule for rule, of in ROUND_OF.items() if of == number and rule != 'check_proofs'))
            return
        abort = view.abort
        later = next((one['path'] for one in self.envelopes.filed if number < one['round'] < ATTEST), None)
        if later:
            raise Problem(abort['rule'], self.where(abort, bundle),
                          f'{abort["reason"]} That ended the ceremony, but the record goes on with {later}.')
        found.see('check_complete', f'round {number} ({NAMES[number]}): ended early, so nobody else had to contribute')
        if abort['rule'] in KEPT_BY_ENDING:
            found.see(abort['rule'], f'round {number} ({NAMES[number]}): {abort["reason"]}')
            found.through(abort['rule'])

    def where(self, breach, bundle):
        complaint = [one for one in bundle.envelopes if one.body.get('kind') == 'complaint']
        shown = complaint if breach['rule'] == 'check_complaints' else []
        shown = shown + bundle.evidence + [one for one in bundle.envelopes if one.sender == breach['culprit']]
        return self.envelopes.path_of(shown[0]) if shown else f'envelopes/r{bundle.round}-*'

    def refusal(self, refused, bundle):
        number, view = bundle.round, self.view
        files = f'envelopes/r{number}-*'
        if refused.code == 'split-view':
            odd = [one for one in bundle.envelopes if one.prev != view.head]
            if odd and len(odd) == len(bundle.envelopes) and len({one.prev for one in odd}) == 1:
                before = 'plan.json' if not view.bundles else f'envelopes/r{view.bundles[-1].round}-*'
                return Problem('check_chain', before, f'All who took part in round {number} had seen something else '
                                                      'before it than what is in this record.')
            shown = (odd + bundle.evidence)[:1]
            return Problem('check_chain', self.envelopes.path_of(shown[0]) if shown else files, refused.message)
        if refused.code == 'incomplete':
            return Problem('check_approvals' if number == APPROVE else 'check_complete', files, refused.message)
        if refused.code == 'bad-bundle':
            wrong = misplaced(view, bundle)
            if wrong:
                return Problem('check_exceptions', self.envelopes.path_of(wrong[0]), wrong[1])
            if bundle.evidence:
                return Problem('check_equivocation', self.envelopes.path_of(bundle.evidence[0]), refused.message)
            return Problem('check_complete', files, refused.message)
        return Problem('check_outcome', files, refused.message)

    def advance(self, bundle):
        """Takes the bundle of the next round. Refused: it proves nothing. What somebody signed that is wrong ends it."""
        view, plan, found, number = self.view, self.plan, self.found, bundle.round
        if bundle.attempt != 1 and number not in (CONFIRM, SECURE):
            raise Refused('bad-bundle', f'round {number} has no attempt {bundle.attempt}.')
        order, last = plan.contributors(number), -1
        for one in bundle.envelopes:
            at = order.index(one.sender) if one.sender in order else -1
            if one.round != number or one.attempt != bundle.attempt or at <= last:
                raise Refused('bad-bundle', f'an envelope of {one.sender} does not belong into round {number}.')
            last = at
        if number == SECURE and bundle.attempt != view.bundles[CONFIRM].attempt:
            raise Refused('wrong-round', 'rounds 2 and 3 are of different attempts.')
        for one in bundle.envelopes + [one for one in bundle.evidence if one.round == STOP]:
            if one.prev != (plan.hash if one.round == STOP else view.head):
                raise Refused('split-view', f'{plan.who(one.sender)} was shown other messages in an earlier round.')
        senders = ', '.join(one.sender for one in bundle.envelopes) or 'nobody'
        found.see('check_chain', f'round {number}: {senders} after {view.head.hex()[:16]}…')
        wrong = misplaced(view, bundle)
        if wrong:
            raise Refused('bad-bundle', wrong[1])
        for one in bundle.exceptions:
            found.see('check_exceptions',
                      f'round {number}: {plan.who(one.sender)}, number {one.attempt}, at {one.at}, '
                      f'{one.body["category"]}, at the step "{one.body["step"]}": "{one.body["text"]}"')
        after = None if number == ATTEST else number + 1
        try:
            self.check_evidence(bundle)
            getattr(self, f'check_{NAMES[number]}')(bundle)
        except Fault as fault:
            breach = {'rule': fault.rule, 'culprit': fault.role, 'reason': fault.reason}
            if number < RETIRE:
                after, view.abort = ATTEST, breach
            else:
                self.need_everybody(bundle, quiet=True)
                view.faults.append(breach)
        view.head = bundle.hash(plan)
        view.bundles.append(bundle)
        view.next = after

    def check_evidence(self, bundle):
        view, plan = self.view, self.plan
        everything = [one for past in view.bundles for one in past.envelopes + past.exceptions] + bundle.all()
        verdicts = []
        for one in bundle.evidence:
            who, told = plan.who(one.sender), None

            def signed(number):
                return any(other.sender == one.sender and other.round == number for other in everything)
            if (one.round != EXCEPTION or one.sender.startswith('holder-')) and any(
                    one.contradicts(other) for other in everything):
                told = (f'{who} signed two different exceptions with the number {one.attempt}.'
                        if one.round == EXCEPTION else
                        f'{who} signed two different envelopes for round {one.round}, attempt {one.attempt}.')
            elif bundle.round <= SECURE and one.round in (STOP, SECURE) and signed(STOP) and signed(SECURE):
                told = f'{who} stopped the ceremony and also declared its new share secure.'
            if told:
                verdicts.append(Fault('check_equivocation', one.sender, told))
                continue
            if one.round != STOP or bundle.round > SECURE:
                raise Refused('bad-bundle', f'an envelope of {one.sender} is carried that proves nothing.')
            try:
                reason = body_of(one, 'check_outcome')['reason']
                verdicts.append(Fault('check_outcome', None, f'{who} stopped the ceremony: "{reason}".'))
            except Fault as fault:
                verdicts.append(fault)
        if verdicts:
            raise verdicts[0]
        self.found.see('check_equivocation', f'round {bundle.round}: no second envelope for any slot')

    def need(self, bundle, needed, quiet=False):
        there = [one.sender for one in bundle.envelopes]
        if len(there) < needed:
            lacking = [self.plan.who(role) for role in self.plan.contributors(bundle.round) if role not in there]
            raise Refused('incomplete', f'round {bundle.round} ({NAMES[bundle.round]}) lacks {", ".join(lacking)}.')
        if not quiet:
            self.found.see('check_complete',
                           f'round {bundle.round} ({NAMES[bundle.round]}): {len(there)} of {needed} needed')

    def need_everybody(self, bundle, quiet=False):
        self.need(bundle, len(self.plan.contributors(bundle.round)), quiet)

    # Round 0

    def check_approve(self, bundle):
        for one in bundle.envelopes:
            body, who = body_of(one, 'check_approvals'), self.plan.who(one.sender)
            if body['plan'] != self.plan.hash:
                raise Fault('check_approvals', one.sender, f'{who} signed the hash of another plan.')
            if body['kind'] == 'decline':
                raise Fault('check_approvals', one.sender, f'{who} declined the plan: "{body["reason"]}".')
            self.found.see('check_approvals', f'{who} approved at {one.at}')
        self.need(bundle, self.plan.plan['approvalsNeeded'])

    # Round 1

    def check_deal(self, bundle):
        plan, suite, group, found = self.plan, self.plan.suite, self.plan.group, self.found
        first = 1 if plan.refresh else 0
        count = plan.threshold - first
        commitments, ephemeral, sealed, sealing, used = {}, {}, {}, {}, {}
        for one in bundle.envelopes:
            role, who = one.sender, plan.who(one.sender)
            index = int(role[7:])
            body = body_of(one, 'check_commitments')
            field = f'Round 1, {role}: field '
            given = body['commitments']
            try:
                if len(given) != count:
                    raise Bad(f'{field}"commitments": expected exactly {count} commitments, found {len(given)}.')
                points = [point_of(suite, data, f'{field}"commitments", commitment {at + 1} of {count}', True)
                          for at, data in enumerate(given)]
            except Bad as bad:
                raise Fault('check_commitments', role, bad.message) from None
            commitments[index] = points
            found.see('check_commitments', f'{who} committed to {count} coefficients')
            try:
                if plan.refresh:
                    possession(suite, plan.old[1][index], 'current-share', plan.id, index, plan.epoch - 1,
                               body['possession'], f'{field}"possession"')
                else:
                    possession(suite, points[0], 'dkg-constant', plan.id, index, plan.epoch, body['possession'],
                               f'{field}"possession"')
            except Bad as bad:
                raise Fault('check_possession_before', role, bad.message) from None
            found.see('check_possession_before',
                      f'{who} has its share of epoch {plan.epoch - 1}' if plan.refresh
                      else f'{who} knows its constant term')
            try:
                for key, purpose, name in (('ephemeral', 'ephemeral-key', 'ephemeralProof'),
                                           ('sealingKey', 'sealing-key', 'sealingProof')):
                    possession('p256', point_of('p256', body[key], f'{field}"{key}"'), purpose, plan.id, index,
                               plan.epoch, body[name], f'{field}"{name}"')
            except Bad as bad:
                raise Fault('check_ephemeral_keys', role, bad.message) from None
            for key in (body['ephemeral'], body['sealingKey']):
                other = used.get(key) or next((holder['name'] for holder in plan.plan['holders']
                                               if holder['sealingKey'] == key.hex()), None)
                used[key] = who
                if other is not None:
                    raise Fault('check_ephemeral_keys', role, f'{who} uses a key that is already in use ({other}).')
            found.see('check_ephemeral_keys', f'{who} knows the secrets of ephemeral key '
                      f'{body["ephemeral"].hex()[:16]}… and next sealing key {body["sealingKey"].hex()[:16]}…')
            if [to for to, _ in body['sealed']] != plan.indices:
                raise Fault('check_commitments', role, f'{who} did not seal exactly one sub-share for each holder.')
            ephemeral[index], sealing[index] = body['ephemeral'], body['sealingKey']
            sealed[index] = dict(map(tuple, body['sealed']))
        self.need_everybody(bundle)
        try:
            self.sum_up(commitments, count, first)
        except Bad as bad:
            raise Fault('check_commitments', f'holder-{bad.culprit}' if bad.culprit else None, bad.message) from None
        self.view.deal |= {'commitments': commitments, 'ephemeral': ephemeral, 'sealed': sealed, 'sealing': sealing,
                           'first': first}

    def sum_up(self, commitments, count, first):
        plan, group = self.plan, self.plan.group
        sums = []
        for k in range(count):
            total = group.zero
            for points in commitments.values():
                total = group.add(total, points[k])
            sums.append(total)
        outside = next((k for k, total in enumerate(sums) if not group.in_subgroup(total)), None)
        if outside is not None:
            for dealer in sorted(commitments):
                for at, point in enumerate(commitments[dealer]):
                    if not group.in_subgroup(point):
                        raise Bad(f'commitments of dealer {dealer}: commitment {at + 1} is outside the prime-order '
                                  'group.', culprit=dealer)
            raise Bad(f'summed commitments: sum {outside + 1} is outside the prime-order group.')
        if group.is_zero(sums[-1]):
            raise Bad('summed commitments: the top coefficient is zero, so fewer holders than the threshold could '
                      'sign.')
        if plan.refresh:
            key = plan.old[0]
        else:
            key = sums[0]
            if group.is_zero(key):
                raise Bad('group key: it is the identity.')
        public = {}
        for index in plan.indices:
            share = plan.old[1].get(index, group.zero)
            share = group.add(share, evaluate(group, sums, index, first))
            if group.is_zero(share):
                new = 'new ' if plan.refresh else ''
                raise Bad(f'{new}public share of holder {index}: it is the identity.')
            public[index] = share
        self.found.see('check_commitments', f'the summed polynomial has degree exactly {plan.threshold - 1}')
        try:
            check_sharing(plan.suite, public, plan.threshold, key)
        except Bad as bad:
            raise Fault('check_group_key', None, bad.message) from None
        key_bytes = group.encode(key)
        self.found.see('check_group_key', f'group key {key_bytes.hex()} from {len(public)} public shares, '
                                          f'threshold {plan.threshold}')
        encoded = {index: group.encode(point) for index, point in public.items()}
        self.view.deal = {
            'key': key_bytes, 'public': public, 'encoded': encoded, 'fingerprint': fingerprint_of(plan.suite, key_bytes),
            'hash': digest('public-shares', key_bytes,
                           *(frame(u(index, 2), encoded[index]) for index in plan.indices))}

    # Round 2

    def check_confirm(self, bundle):
        plan, deal, role_of = self.plan, self.view.deal, lambda one: one.sender
        nonces = [{} for _ in plan.plan['proofs']]
        for one in bundle.envelopes:
            role, index = role_of(one), int(one.sender[7:])
            body, who = body_of(one, 'check_agreement'), plan.who(one.sender)
            if body['kind'] == 'complaint':
                raise self.judge(index, body)
            if body['publicShares'] != deal['hash']:
                raise Fault('check_agreement', role,
                            f'{who} confirmed other public shares than those that follow from the deals.')
            if [at for at, *_ in body['nonces']] != self.signs(index):
                raise Fault('check_agreement', role,
                            f'{who} did not give one nonce commitment for each proof it signs.')
            for at, hiding, binding in body['nonces']:
                try:
                    for data in (hiding, binding):
                        point_of(plan.suite, data, f'Round 2, {role}: field "nonces"')
                except Bad as bad:
                    raise Fault('check_agreement', role, bad.message) from None
                nonces[at][index] = (hiding, binding)
            self.found.see('check_agreement', f'{who} confirmed public shares {body["publicShares"].hex()[:16]}…')
        self.need_everybody(bundle)
        self.view.confirm = nonces

    def signs(self, index):
        return [at for at, proof in enumerate(self.plan.plan['proofs']) if index in proof['signers']]

    def judge(self, index, body):
        """Opens the one ciphertext that a complaint is about, and names who is at fault."""
        plan, deal, dealer = self.plan, self.view.deal, body['against']
        accuser, accused = plan.who(f'holder-{index}'), plan.who(f'holder-{dealer}')

        def refuted(why):
            return Fault('check_complaints', f'holder-{index}',
                         f'{accuser} complained about {accused} without ground: {why}.')

        def upheld(why):
            return Fault('check_complaints', f'holder-{dealer}',
                         f'{accuser} complained about {accused}, rightly: {why}.')
        if dealer not in deal['sealed']:
            return refuted('there is no such dealer')
        if sha256(body['sealed']) != deal['sealed'][dealer][index]:
            return refuted('the ciphertext it shows is not the one that the dealer signed')
        recipient = bytes.fromhex(plan.holders[index]['sealingKey'])
        ephemeral, shared = deal['ephemeral'][dealer], body['sharedPoint']
        info = frame(plan.id, u(DEAL, 1), u(dealer, 2), u(index, 2), u(plan.epoch, 2))
        if not same_logarithm(recipient, ephemeral, shared, info, body['proof']):
            return refuted('its proof about the shared point is invalid')
        opened = hpke_open(shared, ephemeral, recipient, info, body['sealed'])
        try:
            share = scalar_of(plan.suite, opened if opened is not None else b'', 'sub-share')
        except Bad:
            return upheld('the sealed sub-share does not open to a scalar')
        expected = evaluate(plan.group, deal['commitments'][dealer], index, deal['first'])
        if equal(plan.group, times_base(plan.group, share), expected):
            return refuted('the sub-share it opened fits the commitments')
        return upheld('the sub-share it opened does not fit the commitments')

    # Round 3

    def check_secure(self, bundle):
        plan, deal, found = self.plan, self.view.deal, self.found
        shares = [{} for _ in plan.plan['proofs']]
        for one in bundle.envelopes:
            role, who, index = one.sender, plan.who(one.sender), int(one.sender[7:])
            body = body_of(one, 'check_possession_after')
            try:
                possession(plan.suite, deal['public'][index], 'new-share', plan.id, index, plan.epoch,
                           body['possession'], f'Round 3, {role}: field "possession"')
            except Bad as bad:
                raise Fault('check_possession_after', role, bad.message) from None
            found.see('check_possession_after', f'{who} has its share of epoch {plan.epoch}')
            planned = [backup for backup in plan.plan['backups'] if backup['holder'] == index]
            for backup in planned:
                receipt = next((one for one in body['backups'] if one['label'] == backup['label']), None)
                if receipt is None:
                    raise Fault('check_backups', role,
                                f'{who} has no receipt for the planned backup "{backup["label"]}".')
                if receipt['kind'] != backup['kind']:
                    raise Fault('check_backups', role,
                                f'{who} has a receipt for a {receipt["kind"]} where the plan asks for a '
                                f'{backup["kind"]}, "{backup["label"]}".')
                found.see('check_backups', f'{who}: {receipt["kind"]} "{receipt["label"]}" ({receipt["serial"]}), '
                                           f'{receipt["readBack"]}')
            if len(body['backups']) != len(planned):
                raise Fault('check_backups', role, f'{who} declared {len(body["backups"])} backups, '
                                                   f'{len(planned)} are planned.')
            if [at for at, _ in body['signatureShares']] != self.signs(index):
                raise Fault('check_proofs', role, f'{who} did not give one signature share for each proof it signs.')
            for at, share in body['signatureShares']:
                shares[at][index] = share
        self.need_everybody(bundle)
        self.view.proofs = [self.finish(at, shares[at]) for at in range(len(shares))]

    def finish(self, at, shares):
        plan, deal, proof = self.plan, self.view.deal, self.plan.plan['proofs'][at]
        message = plan.message(deal['fingerprint'], at)
        nonces = self.view.confirm[at]
        try:
            signature = frost_aggregate(plan.suite, proof['scheme'], deal['key'], tuple(deal['public'].items()),
                                        tuple(nonces.items()), message, tuple(shares.items()))
        except Bad as bad:
            if bad.culprit is None:
                raise Fault('check_proofs', None, f'Proof {at + 1}: {bad.message}') from None
            role = f'holder-{bad.culprit}'
            raise Fault('check_proofs', role, f'{plan.who(role)} gave a signature share for proof {at + 1} that is '
                                              'not valid.') from None
        signers = ', '.join(map(str, proof['signers']))
        self.found.see('check_proofs',
                       f'proof {at + 1} ({proof["scheme"]}) by holders {signers}: {signature.hex()[:16]}…')
        return message, signature

    # Rounds 4 and 5

    def check_retire(self, bundle):
        self.need_everybody(bundle)
        for one in bundle.envelopes:
            body, who = body_of(one, 'check_destruction'), self.plan.who(one.sender)
            if body['head'] != self.view.head:
                raise Fault('check_destruction', one.sender, f'{who} signed another transcript head.')
            old = self.plan.epoch - 1
            if self.plan.refresh and all(receipt['epoch'] != old for receipt in body['destroyed']):
                raise Fault('check_destruction', one.sender,
                            f'{who} gave no receipt for the destruction of its share of epoch {old}.')
            said = '; '.join(f'epoch {receipt["epoch"]}, {receipt["what"]}: {receipt["method"]}, seen by '
                             f'{receipt["witness"]}' for receipt in body['destroyed'])
            self.found.see('check_destruction', f'{who}: {said or "no earlier epoch"}')

    def check_attest(self, bundle):
        self.need_everybody(bundle)
        for one in bundle.envelopes:
            body, who = body_of(one, 'check_attestations'), self.plan.who(one.sender)
            remarks = f': "{body["remarks"]}"' if body['remarks'] else ''
            self.found.see('check_attestations',
                           f'{who} states: {body["statement"].replace("-", " ")}{remarks}')

    def sentence(self):
        view = self.view
        if view.abort:
            by = f', by {self.plan.who(view.abort["culprit"])}' if view.abort['culprit'] else ''
            return f'aborted{by}: {view.abort["reason"]} The epoch before stays as it was.'
        late = ''.join(f' After the certificate: {fault["reason"]}' for fault in view.faults)
        return f'completed: epoch {self.plan.epoch} of key {view.deal["key"].hex()}.{late}'


def evaluate(group, commitments, index, first):
    """f(index)·G by Horner's rule."""
    total = group.zero
    for point in reversed(commitments):
        total = group.add(times(group, index, total), point)
    return times(group, index, total) if first else total


# ---------------------------------------------------------------------------------------------------------------
# The record, built anew

def readable(value):
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, list):
        return [readable(one) for one in value]
    return {key: readable(one) for key, one in value.items()} if isinstance(value, dict) else value


def transcript_of(view):
    plan, data = view.plan, view.plan.plan
    lines = [('plan', data['created'], 'plan', {
        'ceremony': plan.id.hex(), 'code': plan.code, 'epoch': plan.epoch, 'hash': plan.hash.hex(),
        'keyName': data['keyName'], 'kind': data['kind'], 'rehearsal': data['rehearsal'], 'suite': plan.suite,
        'threshold': plan.threshold})]
    latest = data['created']
    for bundle in view.bundles:
        for one in bundle.all():
            lines.append((NAMES[one.round], one.at, one.sender, {
                'attempt': one.attempt, 'content': readable(one.body), 'envelope': sha256(one.data).hex(),
                'prev': one.prev.hex()}))
            latest = max(latest, one.at)
        lines.append(('bundle', latest, 'administrator', {
            'attempt': bundle.attempt, 'hash': bundle.hash(plan).hex(), 'round': bundle.round}))
    before = plan.before or {'epoch': None, 'groupKey': None}
    lines.append(('outcome', latest, 'everybody', {
        'outcome': view.outcome, 'abort': view.abort, 'faults': view.faults,
        'epoch': plan.epoch if view.proofs is not None else before['epoch'],
        'groupKey': view.deal['key'].hex() if view.proofs is not None else before['groupKey']}))
    seed = digest('transcript-salts', plan.hash, *(one.data for bundle in view.bundles for one in bundle.all()))
    return [canonical({'v': 1, 'seq': seq, 'type': kind, 'at': at, 'actor': actor, 'body': body,
                       'salt': digest('transcript-salt', seed, u(seq, 4))[:16].hex()}).encode()
            for seq, (kind, at, actor, body) in enumerate(lines)]


def tree_root(leaves):
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return sha256(b'\1' + tree_root(leaves[:k]) + tree_root(leaves[k:]))


def leaf(line):
    return sha256(b'\0' + line)


def record_after(view):
    plan, deal = view.plan, view.deal
    return {
        'format': 'reseal-key-record-1', 'rehearsal': plan.plan['rehearsal'], 'name': plan.plan['keyName'],
        'suite': plan.suite, 'threshold': plan.threshold, 'epoch': plan.epoch, 'groupKey': deal['key'].hex(),
        'fingerprint': deal['fingerprint'].hex(), 'origin': f'ceremony {plan.id.hex()}',
        'holders': [{'index': index, 'publicShare': deal['encoded'][index].hex(), 'name': plan.holders[index]['name'],
                     'identity': plan.holders[index]['identity'], 'sealingKey': deal['sealing'][index].hex()}
                    for index in plan.indices]}


def readme_of(view):
    plan, data = view.plan, view.plan.plan
    lines = ['REHEARSAL: throw-away keys. This record proves nothing about a real key.', ''] if data['rehearsal'] else []
    ended = {'closed': 'completed', 'aborted': 'aborted'}[view.outcome]
    lines += [
        f'Record of a ceremony of Reseal: {data["kind"]} of the key "{data["keyName"]}", {ended}.', '',
        f'Ceremony  {plan.id.hex()}', f'Plan code {plan.code}',
        f'Key       {plan.suite}, {plan.threshold} of {len(plan.indices)}, epoch {plan.epoch}']
    if view.abort:
        lines.append(f'Aborted   {plain(view.abort["reason"])}')
    return '\n'.join(lines + ['', *README, '']).encode()


README = """plan.json         the plan, exactly the bytes whose hash everybody signed
envelopes/        every signed message, by round (r), attempt (a) and sender: COSE_Sign1, RFC 9052; exceptions too
keys/             the public key records before and after
proofs/           signatures by the new shares, to be checked with ordinary tools under the original group key
transcript.jsonl  what happened, line by line: RFC 8785 lines, leaves of an RFC 6962 tree
checkpoint        C2SP signed note over the transcript
SHA256SUMS        for sha256sum -c

Check it with: reseal verify <this folder>""".split('\n')


def build(view, lines):
    """Every file that follows from plan and envelopes, but the envelopes and the checkpoint themselves."""
    plan = view.plan
    files = {'README.txt': readme_of(view), 'plan.json': plan.data,
             'transcript.jsonl': b''.join(line + b'\n' for line in lines)}
    if plan.before is not None:
        files['keys/before.json'] = canonical_file(plan.before)
    if view.proofs is not None:
        files['keys/after.json'] = canonical_file(record_after(view))
        for at, (message, signature) in enumerate(view.proofs):
            planned = plan.plan['proofs'][at]
            files[f'proofs/{at + 1}.json'] = canonical_file({
                'groupKey': view.deal['key'].hex(), 'message': message.decode(), 'scheme': planned['scheme'],
                'signature': signature.hex(), 'signers': planned['signers'], 'suite': plan.suite})
    return files


def sums_of(files):
    paths = sorted((path for path in files if path != 'SHA256SUMS'),
                   key=lambda path: path.encode('utf-16-be', 'surrogatepass'))
    return ''.join(f'{sha256(files[path]).hex()}  {path}\n' for path in paths).encode('utf-8', 'surrogateescape')


def check_sums(files, found):
    good, rule = True, 'check_files'

    def fail(file, message):
        nonlocal good
        good = False
        found.fail(Problem(rule, file, message))
    sums = files.get('SHA256SUMS')
    if sums is None:
        fail('SHA256SUMS', 'this file is missing.')
        return
    listed = {}
    for line in sums.decode('utf-8', 'replace').split('\n'):
        match = re.fullmatch('([0-9a-f]{64})  ([^\n\r\u2028\u2029]+)', line)
        if match:
            listed[match[2]] = match[1]
    for path, data in files.items():
        if path != 'SHA256SUMS' and listed.get(path) != sha256(data).hex():
            fail(path, f'its SHA-256 is {sha256(data).hex()}, SHA256SUMS says {listed.get(path, "nothing about it")}.')
    for path in listed:
        if path not in files or path == 'SHA256SUMS':
            fail(path, 'SHA256SUMS lists it, but it is missing, or cannot be listed.')
    if good and sums != sums_of(files):
        fail('SHA256SUMS', 'it is not exactly one line for each file, in order of path.')
    if good:
        found.see(rule, f'{len(files) - 1} files with the checksums that SHA256SUMS lists')


def rule_for(path):
    if path == 'transcript.jsonl':
        return 'check_transcript'
    if path == 'checkpoint':
        return 'check_checkpoint'
    return {'keys': 'check_key_records', 'proofs': 'check_proofs'}.get(path.split('/')[0], 'check_files')


def compare(view, lines, files, found, sentence):
    rebuilt = build(view, lines)
    for path in [*rebuilt, 'checkpoint']:
        rule, data = rule_for(path), files.get(path)
        if data is None:
            found.fail(Problem(rule, path, 'this file is missing.'))
        elif path != 'checkpoint' and data != rebuilt[path]:
            at = next((k for k, (a, b) in enumerate(zip(data, rebuilt[path])) if a != b), min(len(data), len(rebuilt[path])))
            found.fail(Problem(rule, path, f'from byte {at} on it has another content than plan and envelopes lead to.'))
            if path == 'transcript.jsonl':
                compare_outcome(data, rebuilt[path], found, sentence)
        elif path.startswith(('keys/', 'proofs/')):
            found.see(rule, f'{path}: recomputed, byte for byte')
    for path in files:
        if path not in rebuilt and path not in ('checkpoint', 'SHA256SUMS') and not path.startswith('envelopes/'):
            found.fail(Problem('check_files', path, 'this file does not belong to the record of this ceremony.'))
    if not found.failures['check_files']:
        found.see('check_files', 'no file too many, none missing')
    if not found.failures['check_transcript']:
        found.see('check_transcript', f'{len(lines)} lines recomputed, byte for byte')
    if not any(path.startswith('keys/') for path in rebuilt):
        found.see('check_key_records', 'there was no key before, and none was made')
    found.through('check_files', 'check_transcript', 'check_key_records', 'check_outcome')
    if view.proofs is not None:
        found.through('check_proofs')


def compare_outcome(data, expected, found, sentence):
    """A transcript that tells another end is worth a sentence of its own."""
    def end(bytes_):
        try:
            last = loads(bytes_.decode('utf-8', 'replace').rstrip(' \t\r\n\v\f\u00a0\ufeff\u2028\u2029').split('\n')[-1])
            return last['body'] if isinstance(last, dict) and last.get('type') == 'outcome' else MISSING
        except (ValueError, KeyError, RecursionError):
            return MISSING
    said = end(data)
    if said is MISSING:
        return
    try:
        same = canonical(said) == canonical(end(expected))
    except (Bad, RecursionError, OverflowError):
        same = False
    if not same:
        found.fail(Problem('check_outcome', 'transcript.jsonl',
                           f'its last line tells another end. By plan and envelopes the ceremony {sentence}'))


# ---------------------------------------------------------------------------------------------------------------
# Checkpoint and rehearsal marks

def base64_strict(text, what):
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        data = None
    if data is None or base64.b64encode(data).decode() != text:
        raise Bad(f'{what}: this is not canonical base64.')
    return data


def signers_of(plan, outcome):
    """Who must sign the checkpoint, in order; a laptop with several roles signs once."""
    roles = ['administrator'] + [role for role in plan.people if role.startswith('witness-')]
    if outcome == 'closed':
        roles += [role for role in plan.people if role.startswith('holder-')]
    seen, order = set(), []
    for role in roles:
        key = plan.people[role]['identity']['key']
        if key not in seen:
            seen.add(key)
            order.append(role)
    return order


def from_der(data):
    """r ‖ s of the one DER encoding of two non-negative integers below 2^256."""
    def integer(value):
        digits = u(value, (value.bit_length() + 8) // 8)
        return b'\2' + bytes([len(digits)]) + digits
    try:
        size = data[3]
        r = int.from_bytes(data[4:4 + size], 'big')
        s = int.from_bytes(data[6 + size:6 + size + data[5 + size]], 'big')
        body = integer(r) + integer(s)
        return u(r, 32) + u(s, 32) if data == b'\x30' + bytes([len(body)]) + body else None
    except (IndexError, OverflowError, ValueError):
        return None


def note_key_hash(role, identity):
    """Four bytes that name a key in a signature line of a C2SP note."""
    key = bytes.fromhex(identity['key'])
    if identity['alg'] == 'EdDSA':
        return sha256(role.encode() + b'\n\1' + key)[:4]
    x, y = P256.affine(point_of('p256', key, 'key'))
    spki = bytes.fromhex('3059301306072a8648ce3d020106082a8648ce3d03010703420004') + u(x, 32) + u(y, 32)
    return sha256(spki)[:4]


def parse_note(data):
    """Text and signature lines of a note in its one form."""
    try:
        whole = data.decode('utf-8')
    except ValueError:
        raise Bad('note: this is not UTF-8.') from None
    if re.search('[\u0000-\u0009\u000b-\u001f]', whole) or not whole.endswith('\n'):
        raise Bad('note: control characters, or no newline at the end.')
    blank = whole.rfind('\n\n')
    if blank < 0:
        raise Bad('note: expected a blank line between text and signatures.')
    signatures = []
    for line in whole[blank + 2:-1].split('\n'):
        match = re.fullmatch('\u2014 ([^ \n]+) ([^ \n]+)', line)
        if not match:
            raise Bad('note: expected a dash, a key name and a signature in every line.')
        blob = base64_strict(match[2], 'note')
        if len(blob) < 5:
            raise Bad('note: expected a key hash of four bytes and a signature.')
        signatures.append((match[1], blob[:4], blob[4:]))
    return whole[:blank + 1], signatures


def check_note(plan, outcome, data, found=None):
    """The text of a note, once all its signatures are by who must sign, right, in order, and none is missing."""
    text, signatures = parse_note(data)
    order, last = signers_of(plan, outcome), -1
    for role, key_hash, signature in signatures:
        at = order.index(role) if role in order else -1
        if at <= last:
            raise Bad(f'the signature of "{role}" does not belong here.')
        last, identity = at, plan.people[role]['identity']
        raw = from_der(signature) if identity['alg'] == 'ES256' else signature
        if key_hash != note_key_hash(role, identity) or raw is None or not verified(identity, text.encode(), raw):
            raise Bad(f'the signature of "{role}" is not valid.')
    there = [role for role, _, _ in signatures]
    missing = [role for role in order if role not in there]
    if missing:
        raise Bad(f'the signature of {", ".join(missing)} is missing.')
    return text, there


def checkpoint_text(plan, size, root):
    mark = 'reseal/rehearsal' if plan.plan['rehearsal'] else 'reseal/ceremony'
    return f'{mark}/{plan.id.hex()}\n{size}\n{base64.b64encode(root).decode()}\n'


def check_checkpoint(view, lines, files, found):
    note = files.get('checkpoint')
    if note is None:
        return
    root = tree_root([leaf(line) for line in lines])
    try:
        if parse_note(note)[0] != checkpoint_text(view.plan, len(lines), root):
            raise Bad('the checkpoint is over another transcript than plan and envelopes lead to.')
        _, there = check_note(view.plan, view.outcome, note)
    except Bad as bad:
        raise Problem('check_checkpoint', 'checkpoint', bad.message) from None
    found.see('check_checkpoint', f'{len(lines)} lines, RFC 6962 root {base64.b64encode(root).decode()}')
    for role in there:
        found.see('check_checkpoint', f'{view.plan.people[role]["identity"]["alg"]} signature of {role} over it')
    found.through('check_checkpoint')


def check_rehearsal(plan, files, found):
    rehearsal, seen = plan.plan['rehearsal'], ['plan.json']
    for path, data in files.items():
        text = data.decode('utf-8-sig', 'replace')
        if path == 'README.txt':
            mark = text.startswith('REHEARSAL:')
        elif path == 'checkpoint':
            mark = text.startswith('reseal/rehearsal/')
        elif re.fullmatch('proofs/[0-9]+\\.json', path):
            mark = '\\nREHEARSAL\\n' in text
        elif path in ('keys/before.json', 'keys/after.json'):
            mark = '"rehearsal":true' in text
        else:
            continue
        seen.append(path)
        if mark != rehearsal:
            found.fail(Problem('check_rehearsal', path, 'it is marked otherwise than the plan.'))
    found.see('check_rehearsal', ('REHEARSAL: throw-away keys' if rehearsal else 'a real ceremony')
              + f'; looked at {", ".join(seen)}')
    if 'README.txt' in files and 'checkpoint' in files:
        found.through('check_rehearsal')


# ---------------------------------------------------------------------------------------------------------------
# The verdict

class Found:
    """What was seen, what was wrong, and which rules are through: nothing is right that was not looked at."""

    def __init__(self):
        self.evidence = {rule: [] for rule in RULES}
        self.failures = {rule: [] for rule in RULES}
        self.complete = set()

    def see(self, rule, line):
        self.evidence[rule].append(plain(line))

    def fail(self, problem):
        self.failures[problem.rule].append({'file': plain(problem.file), 'message': plain(problem.message)})

    def through(self, *rules):
        self.complete |= set(rules)


# ---------------------------------------------------------------------------------------------------------------
# Timestamps (RFC 3161). They come after everything that is signed, and are no part of the record or of the verdict.

STAMP, MAX_STAMP = re.compile(r'timestamps/[A-Za-z0-9][A-Za-z0-9._-]{0,59}\.tsr'), 65536
SHA256_OID, TST_INFO_OID = bytes.fromhex('608648016503040201'), bytes.fromhex('2a864886f70d0109100104')


def is_stamp(path, data):
    return STAMP.fullmatch(path) is not None and 0 < len(data) <= MAX_STAMP


def der(data):
    """The DER elements in data, as (tag, content)."""
    out, at = [], 0
    while at < len(data):
        if at + 2 > len(data) or data[at] & 31 == 31:
            raise Bad('this is not DER.')
        tag, length, at = data[at], data[at + 1], at + 2
        if length >= 128:
            count = length - 128
            raw = data[at:at + count]
            length, at = int.from_bytes(raw, 'big'), at + count
            if not 0 < count < 4 or len(raw) != count or length < 128 or raw[0] == 0:
                raise Bad('a length is not written as DER writes it.')
        if at + length > len(data):
            raise Bad('an element is longer than what it is in.')
        out.append((tag, data[at:at + length]))
        at += length
    return out


def down(data, *tags):
    """The contents of the elements in data, which must begin with these tags."""
    found = der(data)
    if [tag for tag, _ in found[:len(tags)]] != list(tags):
        raise Bad('something else stands where a field of a timestamp must be.')
    return [content for _, content in found]


def stamp_info(data):
    """Time, hash function and hash of a granted answer. Its signature is not looked at."""
    if len(der(data)) != 1:
        raise Bad('it is not one answer.')
    status, *token = down(down(data, 0x30)[0], 0x30)
    if down(status, 2)[0] not in (b'\0', b'\1') or not token:
        raise Bad('the authority did not grant a timestamp.')
    signed = down(down(down(token[0], 6, 0xa0)[1], 0x30)[0], 2, 0x31, 0x30)
    kind, content = down(signed[2], 6, 0xa0)
    if kind != TST_INFO_OID:
        raise Bad('what is signed is not a timestamp.')
    info = down(down(down(content, 4)[0], 0x30)[0], 2, 6, 0x30, 2, 0x18)
    algorithm, imprint = down(info[2], 0x30, 4)
    match = re.fullmatch(rb'(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d{0,9}[1-9])?Z', info[4])
    if not match:
        raise Bad('its time is not one in UTC.')
    year, month, day, hour, minute, second, fraction = ((one or b'').decode() for one in match.groups())
    return f'{year}-{month}-{day}T{hour}:{minute}:{second}{fraction}Z', down(algorithm, 6)[0], imprint


def by_openssl(data, checkpoint, time, ca):
    """What `openssl ts -verify` has against a stamp, at the time that was stamped; None when it accepts it."""
    try:
        at = calendar.timegm(tuple(int(part) for part in re.findall('[0-9]+', time)[:6]) + (0, 0, 0))
        with tempfile.TemporaryDirectory() as folder:
            names = [os.path.join(folder, name) for name in ('stamp.tsr', 'checkpoint')]
            for name, content in zip(names, (data, checkpoint)):
                with open(name, 'wb') as file:
                    file.write(content)
            done = subprocess.run(['openssl', 'ts', '-verify', '-in', names[0], '-data', names[1], '-CAfile', ca,
                                   '-attime', str(at)], capture_output=True, timeout=60)
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return 'openssl is not there, or did not end: its signature is not checked.'
    return None if done.returncode == 0 else 'openssl does not accept it: its signature, or who stands behind it.'


def stamps_of(files, ca):
    """What there is to say about every timestamp: `good` is one that openssl accepts, `imprint` one it was not asked."""
    out = []
    for path in sorted(path for path, data in files.items() if is_stamp(path, data)):
        time = imprint = signature = problem = None
        try:
            time, algorithm, value = stamp_info(files[path])
            imprint = algorithm == SHA256_OID and value == sha256(files.get('checkpoint', b''))
            if not imprint:
                problem = 'it is about something else, and not the SHA-256 of this checkpoint.'
            elif ca is not None:
                problem = by_openssl(files[path], files['checkpoint'], time, ca)
                signature = problem is None
        except (Bad, RecursionError) as bad:
            problem = str(bad)
        state = 'warning' if problem else 'good' if signature else 'imprint'
        out.append({'file': path, 'state': state, 'problems': [problem] if problem else [], 'time': time,
                    'imprint': imprint, 'signature': signature})
    return out


def print_stamps(stamps):
    words = {'good': '✓ {}  ok  {}\n    accepted by openssl, up to a certificate that you trust',
             'imprint': '· {}  not checked  {}\n    it is about this checkpoint; its signature is not checked here: '
                        'see --ca, or docs/record.md', 'warning': '! {}  warning  {}'}
    for one in stamps:
        print(words[one['state']].format(one['file'], one['time'] or 'time unknown'))
        for problem in one['problems']:
            print(f'    {problem}')


def verify_files(everything, ca=None):
    """The verdict on the files of a record. Whatever the bytes are, the answer is a verdict."""
    files = {path: data for path, data in everything.items() if not is_stamp(path, data)}
    return {**verify_record(files), 'timestamps': stamps_of(everything, ca)}


def verify_record(files):
    """The verdict on a record without its timestamps."""
    found, plan, view = Found(), None, None
    try:
        check_sums(files, found)
        if 'plan.json' not in files:
            raise Problem('check_plan', 'plan.json', 'this file is missing.')
        try:
            plan = plan_of(files['plan.json'])
        except Bad as bad:
            start = bad.code in ('group-key-changed', 'degree-too-low')
            raise Problem('check_start' if start else 'check_plan', 'plan.json', bad.message) from None
        found.see('check_plan', f'plan.json: SHA-256 {plan.hash.hex()}, ceremony {plan.id.hex()}, code "{plan.code}"')
        others = [plan.who(f'holder-{index}') for index in plan.plan['replacedCards']]
        if others:
            found.see('check_plan', f'another laptop than the key record names, by the plan: {", ".join(others)}')
        found.through('check_plan', 'check_start')
        if plan.before:
            found.see('check_start', f'epoch {plan.before["epoch"]}: {len(plan.indices)} public shares on one '
                                     f'polynomial of degree {plan.threshold - 1} through {plan.before["groupKey"]}')
        check_rehearsal(plan, files, found)
        replay = Replay(plan, files, found)
        end = replay.run()
        lines = transcript_of(end)
        compare(end, lines, files, found, replay.sentence())
        view = end
        check_checkpoint(view, lines, files, found)
    except Problem as problem:
        found.fail(problem)
    except (Bad, RecursionError) as bad:
        found.fail(Problem('check_outcome', 'record', str(bad)))
    return verdict_of(found, plan, view)


def state_of(rule, found, plan, view):
    absent = None
    if plan is not None:
        data = plan.plan
        absent = {
            'check_start': 'the ceremony makes a new key' if not plan.refresh else None,
            'check_approvals': 'the plan asks for no approval' if data['approvalsNeeded'] == 0 else None,
            'check_attestations': 'the plan names no witness' if not data['witnesses'] else None,
            'check_exceptions': 'nobody recorded an exception'
                                if view and not any(one.exceptions for one in view.bundles) else None,
            'check_backups': 'the plan asks for no backup' if not data['backups'] else None,
        }.get(rule)
    if found.failures[rule]:
        return 'failed', None
    if absent:
        return 'not applicable', absent
    if rule in found.complete:
        return 'ok', None
    if view is None or view.abort is None:
        return 'not checked', None
    if view.abort['rule'] == rule and rule not in KEPT_BY_ENDING:
        return 'broken', view.abort['reason']
    if rule not in ROUND_OF:
        return 'not checked', None
    last = max((one.round for one in view.bundles if one.round != ATTEST), default=APPROVE)
    return 'not applicable', f'the ceremony ended in round {last} ({NAMES[last]}), before everybody had come to this'


def verdict_of(found, plan, view):
    rules = []
    for rule, sentence in RULES.items():
        state, why = state_of(rule, found, plan, view)
        one = {'rule': rule, 'sentence': sentence, 'state': state,
               'evidence': ([plain(why)] if why else []) + found.evidence[rule]}
        if found.failures[rule]:
            one['failure'] = found.failures[rule][0]
            if found.failures[rule][1:]:
                one['furtherFailures'] = found.failures[rule][1:]
        rules.append(one)
    valid = view is not None and all(one['state'] not in ('failed', 'not checked') for one in rules)
    return {
        'verdict': 'VALID' if valid else 'NOT VALID',
        'outcome': view.outcome if view else 'unknown',
        'rehearsal': plan.plan['rehearsal'] if plan else None,
        'ceremony': facts(plan, view) if plan else None,
        'rules': rules,
    }


def facts(plan, view):
    done = view is not None and view.proofs is not None
    before = plan.before or {'epoch': None, 'groupKey': None}
    return {
        'id': plan.id.hex(), 'code': plan.code, 'kind': plan.plan['kind'], 'keyName': plan.plan['keyName'],
        'suite': plan.suite, 'threshold': plan.threshold, 'holders': len(plan.indices),
        'epochBefore': before['epoch'], 'epochAfter': plan.epoch if done else None,
        'groupKeyBefore': before['groupKey'], 'groupKeyAfter': view.deal['key'].hex() if done else None,
        'abort': view.abort if view else None}


# ---------------------------------------------------------------------------------------------------------------
# Disclosures: single lines of a transcript, proven against its checkpoint

DISCLOSURE = ('object', {
    'format': ('is', 'reseal-disclosure-1'), 'checkpoint': ('text',), 'keys': ('any-map',),
    'entries': ('list', 1, 10000, ('object', {
        'line': ('text',), 'proof': ('list', 0, 53, ('hex', 32)), 'seq': ('int', 0, 2**53 - 1)}))})


def root_of_path(seq, size, node, path):
    """The root that an inclusion proof leads to (RFC 9162 §2.1.3.2); None for a proof of another length."""
    here, last = seq, size - 1
    if here > last:
        return None
    for sibling in path:
        if last == 0:
            return None
        if here & 1 or here == last:
            node = sha256(b'\1' + sibling + node)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            node = sha256(b'\1' + node + sibling)
        here, last = here >> 1, last >> 1
    return node if last == 0 else None


def verify_disclosure(data):
    """What a disclosure proves. Whose the keys in it are is not proven: compare them with keys that you know."""
    try:
        value = parse_canonical(data, 'disclosure')
        require(DISCLOSURE, value, 'disclosure')
        text, signatures = parse_note(value['checkpoint'].encode())
        match = re.fullmatch('(reseal/(?:ceremony|rehearsal)/[0-9a-f]{32})\n(0|[1-9][0-9]{0,15})\n([^\n]+)\n', text)
        if not match:
            raise Bad('the checkpoint is not that of a ceremony.')
        root, size, keys, signers = base64_strict(match[3], 'checkpoint'), int(match[2]), value['keys'], []
        for role, key_hash, signature in signatures:
            identity = keys.get(role)
            require(IDENTITY, identity, f'the key of {role}')
            suite = 'p256' if identity['alg'] == 'ES256' else 'ed25519'
            point_of(suite, bytes.fromhex(identity['key']), f'the key of {role}')
            raw = from_der(signature) if identity['alg'] == 'ES256' else signature
            if key_hash != note_key_hash(role, identity) or raw is None or not verified(identity, text.encode(), raw):
                raise Bad(f'the signature of {role} is not valid.')
            signers.append({'role': role, **identity})
        roles = [one['role'] for one in signers]
        if roles[:1] != ['administrator'] or len(set(roles)) != len(roles) or set(roles) != set(keys):
            raise Bad('the administrator did not sign, somebody signs twice, or there are keys of others.')
        entries, last = [], -1
        for entry in value['entries']:
            seq, line = entry['seq'], entry['line'].encode()
            if seq <= last:
                raise Bad(f'entry {seq} is there twice, or out of order.')
            last = seq
            if root_of_path(seq, size, leaf(line), [bytes.fromhex(one) for one in entry['proof']]) != root:
                raise Bad(f'entry {seq} is not in the transcript that was signed.')
            said = parse_canonical(line + b'\n', f'entry {seq}')
            if not isinstance(said, dict) or said.get('seq') != seq:
                raise Bad(f'entry {seq} is another one.')
            entries.append({'seq': seq, 'line': entry['line'], 'type': said.get('type'), 'at': said.get('at'),
                            'actor': said.get('actor')})
    except (Bad, UnicodeError, RecursionError) as bad:
        return {'kind': 'disclosure', 'verdict': 'NOT VALID', 'reason': str(bad)}
    return {'kind': 'disclosure', 'verdict': 'VALID', 'origin': match[1], 'size': size, 'entries': entries,
            'signers': signers}


def print_disclosure(path, verdict):
    print(f'{path}\n')
    for one in verdict.get('entries', []):
        print(f'✓ entry {one["seq"]}  {one["type"]} of {one["actor"]} at {one["at"]}\n    {plain(one["line"])}')
    for one in verdict.get('signers', []):
        print(f'✓ signed by {one["role"]}, {one["alg"]} key {one["key"]}')
    if verdict['verdict'] == 'VALID':
        print(f'\nVALID: {len(verdict["entries"])} of the {verdict["size"]} lines of {verdict["origin"]}.')
        print('Whose keys these are is not proven here: compare them with the plan, or with cards that you know.\n')
    else:
        print(f'NOT VALID: {verdict["reason"]}\n')


# ---------------------------------------------------------------------------------------------------------------
# Reading, printing

MAX_FILE, MAX_TOTAL, MAX_FILES = 16 << 20, 256 << 20, 5000


class Unusable(Exception):
    """This is nothing to verify: exit code 2."""


def read_file(path, maximum=MAX_FILE):
    try:
        with open(path, 'rb') as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise Unusable(f'{path} is not a file.')
            data = file.read(maximum + 1)
    except OSError as error:
        raise Unusable(f'{path} cannot be read ({error.strerror}).') from None
    if len(data) > maximum:
        raise Unusable(f'{path} is larger than {maximum} bytes.')
    return data


def read_folder(root):
    files, total = {}, 0

    def walk(relative, depth):
        nonlocal total
        for entry in sorted(os.scandir(os.path.join(root, relative)), key=lambda one: one.name):
            path = f'{relative}/{entry.name}' if relative else entry.name
            if entry.is_dir(follow_symlinks=False):
                if depth == 4:
                    raise Unusable(f'{path}: folders this deep do not belong to a record.')
                walk(path, depth + 1)
                continue
            if entry.is_symlink():
                raise Unusable(f'{path} is a link: a record has none.')
            files[path] = read_file(os.path.join(root, path))
            total += len(files[path])
            if len(files) > MAX_FILES or total > MAX_TOTAL:
                raise Unusable(f'{root} holds more than any record does.')
    walk('', 0)
    return files


ARCHIVED = re.compile(r'(?:[A-Za-z0-9][A-Za-z0-9._-]{0,99}/){0,3}[A-Za-z0-9][A-Za-z0-9._-]{0,99}')


def read_archive(data, path):
    """The files of a .reseal file: a ZIP without compression, accepted in the one form that its files lead to."""
    def refuse(why):
        raise Unusable(f'{path} is no archive of a record: {why}')
    if len(data) < 52 or data[:4] != b'PK\3\4':
        refuse('it does not begin or end like one.')
    count = int.from_bytes(data[-12:-10], 'little')
    if count > MAX_FILES:
        refuse('it holds more files than any record.')
    files, directory, offset, last = {}, b'', 0, ''
    for _ in range(count):
        if offset + 30 > len(data):
            refuse('it ends too early.')
        size, length = struct.unpack_from('<IH', data, offset + 22)
        start = offset + 30 + length
        if length > 500 or size > MAX_FILE or start + size > len(data):
            refuse('a file is larger than it can be.')
        raw = data[offset + 30:start]
        name = raw.decode('latin-1')
        if not ARCHIVED.fullmatch(name) or name <= last:
            refuse('a name is none of a record, is there twice, or out of order.')
        content = data[start:start + size]
        if name.startswith('timestamps/') and not is_stamp(name, content):
            refuse(f'{name} is no timestamp.')
        # Version 2.0, no flags, not compressed, 1 January 1980, checksum, sizes, no extra field.
        common = struct.pack('<5H3I2H', 20, 0, 0, 0, 0x21, zlib.crc32(content), size, size, length, 0)
        if data[offset:start] != b'PK\3\4' + common + raw:
            refuse(f'{name} has another checksum, or is packed in another way than records are.')
        directory += b'PK\1\2' + struct.pack('<H', 0x314) + common + struct.pack(
            '<3H2I', 0, 0, 0, 0o100644 << 16, offset) + raw
        files[name], offset, last = content, start + size, name
    end = struct.pack('<4s4H2IH', b'PK\5\6', 0, 0, count, count, len(directory), offset, 0)
    if data[offset:] != directory + end:
        refuse('its list of files is not the one that its files lead to.')
    return files


def read_record(path):
    if os.path.isdir(path):
        files = read_folder(path)
    elif os.path.isfile(path):
        files = read_archive(read_file(path, MAX_TOTAL + (4 << 20)), path)
    else:
        raise Unusable(f'{path} is not the folder of a record.')
    if 'plan.json' not in files and 'SHA256SUMS' not in files:
        raise Unusable(f'{path} is not a record: it has neither plan.json nor SHA256SUMS.')
    return files


MARKS = {'ok': '✓', 'failed': '✗', 'broken': '!', 'not checked': '·', 'not applicable': '–'}


def print_verdict(path, verdict):
    print(f'{path}\n')
    for one in verdict['rules']:
        print(f'{MARKS[one["state"]]} {one["rule"]}  {one["state"]}  {one["sentence"]}')
        for failure in [one[key] for key in ('failure',) if key in one] + one.get('furtherFailures', []):
            print(f'    {failure["file"]}: {failure["message"]}')
        for line in one['evidence']:
            print(f'    {line}')
    print_stamps(verdict['timestamps'])
    failed = next((one for one in verdict['rules'] if one['state'] == 'failed'), None)
    ended = {'closed': 'completed', 'aborted': 'aborted'}.get(verdict['outcome'])
    if verdict['verdict'] == 'VALID':
        mark = ' (REHEARSAL)' if verdict['rehearsal'] else ''
        print(f'\nVALID: a true account of a ceremony that was {ended}{mark}.\n')
    elif failed:
        print(f'\nNOT VALID: {failed["rule"]}, {failed["failure"]["file"]}: {failed["failure"]["message"]}\n')
    else:
        print('\nNOT VALID: not everything could be checked.\n')


def main(arguments):
    as_json, ca = '--json' in arguments, None
    paths = [one for one in arguments if one != '--json']
    if '--ca' in paths[:-1]:
        at = paths.index('--ca')
        ca = paths[at + 1]
        del paths[at:at + 2]
    unknown = [one for one in paths if one.startswith('-')]
    if not paths or unknown:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    sys.stdout.reconfigure(encoding='utf-8', errors='replace')
    worst = 0
    for path in paths:
        try:
            verdict = verify_path(path, ca)
        except Unusable as unusable:
            print(json.dumps({'record': path, 'error': str(unusable)}) if as_json else str(unusable),
                  file=sys.stdout if as_json else sys.stderr)
            worst = 2
            continue
        if as_json:
            print(json.dumps({'record': path, **verdict}, ensure_ascii=False), flush=True)
        elif 'kind' in verdict:
            print_disclosure(path, verdict)
        else:
            print_verdict(path, verdict)
        if verdict['verdict'] != 'VALID':
            worst = max(worst, 1)
    return worst


def verify_path(path, ca):
    if os.path.isfile(path):
        data = read_file(path, MAX_TOTAL + (4 << 20))
        if data.startswith(b'{"checkpoint":'):
            return verify_disclosure(data)
    return verify_files(read_record(path), ca)


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
