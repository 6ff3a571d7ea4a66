package io.calicofleet.kafka.attestation;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;

import io.calicofleet.event.Sender;
import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;

/**
 * Signs records. Thread-safe.
 *
 * @param sender whose records they are
 * @param key its key
 */
public record Attestor(Sender sender, SigningKey key) {

    public Attestor {
        requireNonNull(sender, "sender");
        requireNonNull(key, "key");
    }

    /** Signs these records with one signature, which each of them carries from now on; a signature from before is replaced. */
    void sign(List<? extends ProducerRecord<?, ?>> records) {
        HashTree tree = HashTree.over(records.stream().map(Attestor::leaf).toList());
        byte[] statement = new Statement(sender, records.size(), HexFormat.of().formatHex(tree.root())).signedBy(key);
        for (int index = 0; index < records.size(); index++) {
            Headers headers = records.get(index).headers();
            headers.remove(AttestationHeaders.STATEMENT);
            headers.remove(AttestationHeaders.PLACE);
            headers.add(AttestationHeaders.STATEMENT, statement);
            headers.add(AttestationHeaders.PLACE, place(index, tree.paths().get(index)));
        }
    }

    /** This in-toto statement in an {@link Envelope}, signed. */
    public byte[] sign(byte[] statement) {
        return Envelope.of(statement, key);
    }

    private static byte[] leaf(ProducerRecord<?, ?> record) {
        return Hashes.leaf(record.topic(), Bytes.of(record.key()), Bytes.of(record.value()), record.headers());
    }

    private static byte[] place(int index, List<byte[]> path) {
        ByteArrayOutputStream neighbours = new ByteArrayOutputStream();
        path.forEach(neighbours::writeBytes);
        return (index + "/" + Base64.getEncoder().encodeToString(neighbours.toByteArray())).getBytes(US_ASCII);
    }
}
