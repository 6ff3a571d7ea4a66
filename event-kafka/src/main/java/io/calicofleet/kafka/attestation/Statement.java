package io.calicofleet.kafka.attestation;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.Sender;
import io.calicofleet.kafka.EventJson;
import java.io.IOException;
import java.util.Locale;

/**
 * What is signed of records: an in-toto statement (v1) whose subject is the root of a {@link HashTree} over them, in an {@link Envelope}.
 *
 * @param sender who says that they are its own
 * @param records how many there are
 * @param root the root of their tree, in hexadecimal digits
 */
record Statement(Sender sender, int records, String root) {

    private static final String TYPE = "https://in-toto.io/Statement/v1";
    private static final String PREDICATE_TYPE = "https://calicofleet.io/attestation/records/v1";
    private static final String DIGEST = "rfc9162Sha256";

    /** The envelope with this key's signature. */
    byte[] signedBy(SigningKey key) {
        ObjectNode statement = EventJson.mapper().createObjectNode();
        statement.put("_type", TYPE);
        statement
                .putArray("subject")
                .addObject()
                .put("name", "records")
                .putObject("digest")
                .put(DIGEST, root);
        statement.put("predicateType", PREDICATE_TYPE);
        statement.putObject("predicate").put("sender", sender.encode()).put("records", records);
        return Envelope.of(statement.toString().getBytes(UTF_8), key);
    }

    /**
     * Reads the statement in an envelope; whose signature it has is not looked at.
     *
     * @throws IOException where it is none, or says something else
     */
    static Statement read(Envelope envelope) throws IOException {
        JsonNode statement = envelope.statement();
        require(statement.path("_type").asText().equals(TYPE), "it is no in-toto statement");
        require(statement.path("predicateType").asText().equals(PREDICATE_TYPE), "it speaks of no records");
        require(statement.path("subject").size() == 1, "it has not one subject");
        JsonNode predicate = statement.path("predicate");
        try {
            return new Statement(
                    Sender.valueOf(predicate.path("sender").asText().toUpperCase(Locale.ROOT)),
                    predicate.path("records").asInt(),
                    statement.at("/subject/0/digest").path(DIGEST).asText());
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static void require(boolean right, String problem) throws IOException {
        if (!right) {
            throw new IOException(problem);
        }
    }
}
