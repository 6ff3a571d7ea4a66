package io.calicofleet.kafka.attestation;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** SHA-256 of records, and of what is made of them. Every record is hashed where it is sent and where it is read: it has to be quick. */
final class Hashes {

    private static final int LEAF = 0;
    private static final byte[] NODE = {1};
    private static final int ABSENT = -1;
    private static final int USUAL_SIZE = 512;

    private static final MessageDigest FRESH = fresh();

    private Hashes() {}

    /**
     * The leaf of a record in a {@link HashTree}. It is over the record's topic, key and value and its CloudEvents attributes in their order,
     * each with its length before it (four bytes, big endian; -1: absent), so that no record can be moved, and no attribute changed.
     * What travels beside, such as the headers of a dead letter, says nothing of the event.
     */
    static byte[] leaf(String topic, byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
        ByteArrayOutputStream small = new ByteArrayOutputStream(USUAL_SIZE);
        small.write(LEAF);
        add(small, topic.getBytes(UTF_8));
        add(small, key);
        for (Header attribute : headers) {
            if (AttestationHeaders.isSigned(attribute.key())) {
                add(small, attribute.key().getBytes(UTF_8));
                add(small, attribute.value());
            }
        }
        length(small, value);
        MessageDigest digest = sha256();
        digest.update(small.toByteArray());
        if (value != null) {
            digest.update(value);
        }
        return digest.digest();
    }

    /** The node above two others. */
    static byte[] node(byte[] left, byte[] right) {
        MessageDigest digest = sha256();
        digest.update(NODE);
        digest.update(left);
        return digest.digest(right);
    }

    static MessageDigest sha256() {
        try {
            return (MessageDigest) FRESH.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the JDK's SHA-256 can be cloned", e);
        }
    }

    private static MessageDigest fresh() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static void add(ByteArrayOutputStream all, byte @Nullable [] part) {
        length(all, part);
        if (part != null) {
            all.writeBytes(part);
        }
    }

    private static void length(ByteArrayOutputStream all, byte @Nullable [] part) {
        int length = part == null ? ABSENT : part.length;
        for (int shift = Integer.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
            all.write(length >> shift);
        }
    }
}
