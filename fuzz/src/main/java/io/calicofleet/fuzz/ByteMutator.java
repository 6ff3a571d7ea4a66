package io.calicofleet.fuzz;

import java.util.Arrays;
import java.util.Random;

/** Changes what is written by its bytes: flips, cuts, splices, repeats, and what is no UTF-8. Not thread-safe. */
public final class ByteMutator {

    private static final byte[][] NO_UTF8 = {
        {(byte) 0xff},
        {(byte) 0xfe, (byte) 0xff},
        {(byte) 0xc0, (byte) 0x80},
        {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
        {(byte) 0xf4, (byte) 0x90},
        {0}
    };

    private final Random random;

    /** One that is told what to do by {@code random}. */
    public ByteMutator(Random random) {
        this.random = random;
    }

    /** A copy with one to six changes. */
    public byte[] mutated(byte[] bytes) {
        byte[] changed = bytes.clone();
        int changes = 1 + random.nextInt(6);
        for (int i = 0; i < changes; i++) {
            changed = change(changed);
        }
        return changed;
    }

    private byte[] change(byte[] bytes) {
        if (bytes.length == 0) {
            return random(1 + random.nextInt(8));
        }
        int at = random.nextInt(bytes.length);
        int length = Math.min(bytes.length - at, 1 + random.nextInt(random.nextInt(4) == 0 ? bytes.length : 8));
        return switch (random.nextInt(8)) {
            case 0 -> flip(bytes, at);
            case 1 -> Arrays.copyOf(bytes, at);
            case 2 -> spliced(bytes, at, length, new byte[0]);
            case 3 -> spliced(bytes, at, 0, Arrays.copyOfRange(bytes, at, at + length));
            case 4 -> spliced(bytes, at, 0, NO_UTF8[random.nextInt(NO_UTF8.length)]);
            case 5 -> spliced(bytes, at, length, random(length));
            case 6 -> spliced(bytes, at, 0, Arrays.copyOfRange(bytes, 0, Math.min(length, bytes.length)));
            default -> structural(bytes, at);
        };
    }

    private byte[] flip(byte[] bytes, int at) {
        byte[] changed = bytes.clone();
        changed[at] ^= (byte) (1 << random.nextInt(8));
        return changed;
    }

    /** What gives a document its form. */
    private byte[] structural(byte[] bytes, int at) {
        byte[] changed = bytes.clone();
        String form = "{}[]\",:\\-+.eE&*!|>#%@`'\n\t ";
        changed[at] = (byte) form.charAt(random.nextInt(form.length()));
        return changed;
    }

    private byte[] random(int length) {
        byte[] some = new byte[length];
        random.nextBytes(some);
        return some;
    }

    private static byte[] spliced(byte[] bytes, int at, int instead, byte[] of) {
        byte[] changed = new byte[bytes.length - instead + of.length];
        System.arraycopy(bytes, 0, changed, 0, at);
        System.arraycopy(of, 0, changed, at, of.length);
        System.arraycopy(bytes, at + instead, changed, at + of.length, bytes.length - at - instead);
        return changed;
    }
}
