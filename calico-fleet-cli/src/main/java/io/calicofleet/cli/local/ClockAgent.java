package io.calicofleet.cli.local;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.ProtectionDomain;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Gives a JVM a wall clock that can be set, without root and without a library in front of the C library: an agent ({@code -javaagent},
 * {@link java.lang.instrument}) that has every class of the application, Kafka's clients and all other libraries included, ask {@link ShiftedClock}
 * where it asks the JDK for the time. The JDK's own classes keep the machine's clock.
 *
 * <p>Of a class file only the pool of constants changes (JVM specification, 4.4): a reference to one of {@link #CLOCKS} names another class.
 * This class uses nothing but the JDK.
 */
public final class ClockAgent {

    /** Class, method and descriptor. */
    static final Set<String> CLOCKS = Set.of(
            "java/lang/System.currentTimeMillis()J",
            "java/time/Instant.now()Ljava/time/Instant;",
            "java/time/InstantSource.system()Ljava/time/InstantSource;");

    private static final String OURS = "io/calicofleet/cli/local/ShiftedClock";
    private static final int MAGIC = 0xCAFEBABE;
    private static final int UTF8 = 1;
    private static final int LONG = 5;
    private static final int DOUBLE = 6;
    private static final int CLASS = 7;
    private static final int METHOD = 10;
    private static final int INTERFACE_METHOD = 11;
    /** By tag the bytes of a constant; of {@link #UTF8} those of its length. */
    private static final int[] SIZES = {0, 2, 0, 4, 4, 8, 8, 2, 2, 4, 4, 4, 4, 0, 0, 3, 2, 4, 4, 2, 2};

    private static final int MOST_CONSTANTS = 0xFFFF;
    /** Before the first constant: magic, version, how many there are. */
    private static final int HEAD = 10;

    private ClockAgent() {}

    /** The JVM calls it before the main class: {@code file} has the milliseconds. */
    public static void premain(String file, Instrumentation instrumentation) throws IOException {
        ShiftedClock.follow(Path.of(file));
        ClassLoader platform = ClassLoader.getPlatformClassLoader();
        instrumentation.addTransformer(new ClassFileTransformer() {
            @Override
            public byte @Nullable [] transform(
                    @Nullable ClassLoader loader,
                    @Nullable String name,
                    @Nullable Class<?> redefined,
                    @Nullable ProtectionDomain domain,
                    byte[] bytes) {
                return loader == null || loader == platform ? null : shifted(bytes);
            }
        });
    }

    /** The class with its clocks exchanged; null where it has none. */
    static byte @Nullable [] shifted(byte[] bytes) {
        ByteBuffer file = ByteBuffer.wrap(bytes);
        int count = Short.toUnsignedInt(file.getShort(HEAD - 2));
        if (file.getInt(0) != MAGIC || count + 2 > MOST_CONSTANTS) {
            return null;
        }
        int[] at = new int[count];
        int position = HEAD;
        for (int i = 1; i < count; i++) {
            at[i] = position;
            int tag = bytes[position];
            position += 1 + SIZES[tag] + (tag == UTF8 ? Short.toUnsignedInt(file.getShort(position + 1)) : 0);
            if (tag == LONG || tag == DOUBLE) {
                i++;
            }
        }
        byte[] changed = bytes.clone();
        boolean any = false;
        for (int i = 1; i < count; i++) {
            if (at[i] > 0
                    && (bytes[at[i]] == METHOD || bytes[at[i]] == INTERFACE_METHOD)
                    && CLOCKS.contains(reference(file, at, at[i]))) {
                changed[at[i]] = METHOD;
                ByteBuffer.wrap(changed).putShort(at[i] + 1, (short) count);
                any = true;
            }
        }
        return any ? withOurs(changed, count, position) : null;
    }

    /** With two constants more behind the others: our class, and its name. */
    private static byte[] withOurs(byte[] bytes, int count, int end) {
        ByteArrayOutputStream all = new ByteArrayOutputStream(bytes.length + 64);
        try (DataOutputStream out = new DataOutputStream(all)) {
            out.write(bytes, 0, HEAD - 2);
            out.writeShort(count + 2);
            out.write(bytes, HEAD, end - HEAD);
            out.writeByte(CLASS);
            out.writeShort(count + 1);
            out.writeByte(UTF8);
            out.writeUTF(OURS);
            out.write(bytes, end, bytes.length - end);
        } catch (IOException e) {
            throw new IllegalStateException("in memory nothing fails", e);
        }
        return all.toByteArray();
    }

    /** A reference to a method: its class, its name and its descriptor. */
    private static String reference(ByteBuffer file, int[] at, int reference) {
        int type = at[constant(file, reference + 1)];
        int nameAndType = at[constant(file, reference + 3)];
        return text(file, at[constant(file, type + 1)]) + "." + text(file, at[constant(file, nameAndType + 1)])
                + text(file, at[constant(file, nameAndType + 3)]);
    }

    private static int constant(ByteBuffer file, int position) {
        return Short.toUnsignedInt(file.getShort(position));
    }

    /** All names of the JDK are ASCII; what is none of them is not looked for. */
    private static String text(ByteBuffer file, int position) {
        byte[] bytes = new byte[constant(file, position + 1)];
        file.get(position + 3, bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
