package io.calicofleet.kafka.attestation;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.List;
import java.util.stream.StreamSupport;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** What of a record is signed. */
final class Hashes {

    private static final String ATTRIBUTE = "ce_";
    private static final int ABSENT = -1;

    private Hashes() {}

    /**
     * The digest of a record: SHA-256 over its topic, its key, its value and its CloudEvents attributes by name, each with its length before
     * it (four bytes, big endian; -1: absent). So no record can be moved, and no attribute changed. What travels beside, such as
     * the headers of a dead letter, says nothing of the event.
     */
    static byte[] of(String topic, byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
        MessageDigest digest = sha256();
        update(digest, topic.getBytes(UTF_8));
        update(digest, key);
        update(digest, value);
        List<Header> attributes = StreamSupport.stream(headers.spliterator(), false)
                .filter(header -> header.key().startsWith(ATTRIBUTE) && !AttestationHeaders.is(header.key()))
                .sorted(Comparator.comparing(Header::key))
                .toList();
        for (Header attribute : attributes) {
            update(digest, attribute.key().getBytes(UTF_8));
            update(digest, attribute.value());
        }
        return digest.digest();
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static void update(MessageDigest digest, byte @Nullable [] part) {
        digest.update(ByteBuffer.allocate(Integer.BYTES)
                .putInt(part == null ? ABSENT : part.length)
                .array());
        if (part != null) {
            digest.update(part);
        }
    }
}
