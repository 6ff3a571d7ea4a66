package io.calicofleet.kafka.attestation;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.Sender;
import io.calicofleet.kafka.EventJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.Locale;

/**
 * What is signed: an in-toto statement (v1) whose subject is the root of a {@link HashTree} over records, in a DSSE envelope (v1.0.2).
 *
 * @param sender who says that they are its own
 * @param records how many there are
 * @param root the root of their tree, in hexadecimal digits
 */
record Statement(Sender sender, int records, String root) {

    private static final String PAYLOAD_TYPE = "application/vnd.in-toto+json";
    private static final String TYPE = "https://in-toto.io/Statement/v1";
    private static final String PREDICATE_TYPE = "https://calicofleet.io/attestation/records/v1";
    private static final String DIGEST = "rfc9162Sha256";

    /** An envelope as it came, payload and signature in Base64. */
    record Envelope(Statement statement, String payload, String keyId, String signature) {

        /** Whether this key has signed it. */
        boolean isSignedBy(PublicKeys.Known key) {
            Base64.Decoder base64 = Base64.getDecoder();
            return key.verifies(toSign(base64.decode(payload)), base64.decode(signature));
        }
    }

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
        byte[] payload = statement.toString().getBytes(UTF_8);
        ObjectNode envelope = EventJson.mapper().createObjectNode();
        envelope.put("payloadType", PAYLOAD_TYPE);
        envelope.put("payload", Base64.getEncoder().encodeToString(payload));
        envelope.putArray("signatures")
                .addObject()
                .put("keyid", key.id())
                .put("sig", Base64.getEncoder().encodeToString(key.sign(toSign(payload))));
        return envelope.toString().getBytes(UTF_8);
    }

    /**
     * Reads an envelope; whose signature it has is not looked at.
     *
     * @throws IOException where it is none, or says something else
     */
    static Envelope read(byte[] json) throws IOException {
        try {
            JsonNode envelope = EventJson.mapper().readTree(json);
            require(envelope.path("payloadType").asText().equals(PAYLOAD_TYPE), "its payload is no in-toto statement");
            String payload = envelope.path("payload").asText();
            JsonNode signature = envelope.path("signatures").path(0);
            JsonNode statement = EventJson.mapper().readTree(Base64.getDecoder().decode(payload));
            require(statement.path("_type").asText().equals(TYPE), "it is no in-toto statement");
            require(statement.path("predicateType").asText().equals(PREDICATE_TYPE), "it speaks of no records");
            require(statement.path("subject").size() == 1, "it has not one subject");
            JsonNode predicate = statement.path("predicate");
            return new Envelope(
                    new Statement(
                            Sender.valueOf(predicate.path("sender").asText().toUpperCase(Locale.ROOT)),
                            predicate.path("records").asInt(),
                            statement.at("/subject/0/digest").path(DIGEST).asText()),
                    payload,
                    signature.path("keyid").asText(),
                    signature.path("sig").asText());
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static void require(boolean right, String problem) throws IOException {
        if (!right) {
            throw new IOException(problem);
        }
    }

    /** The pre-authentication encoding of DSSE. */
    private static byte[] toSign(byte[] payload) {
        ByteArrayOutputStream encoded = new ByteArrayOutputStream();
        encoded.writeBytes(
                ("DSSEv1 " + PAYLOAD_TYPE.length() + " " + PAYLOAD_TYPE + " " + payload.length + " ").getBytes(UTF_8));
        encoded.writeBytes(payload);
        return encoded.toByteArray();
    }
}
