package io.calicofleet.kafka.attestation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.kafka.EventJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * An in-toto statement in a DSSE envelope (v1.0.2), as it came; whose signature it has, {@link TrustedKeys#problem(Envelope, io.calicofleet.event.Sender)}
 * says. Payload and signature are in Base64.
 *
 * @param payload the statement
 * @param keyId what names the key it says it is signed with; empty where it has no signature
 * @param signature its first signature; empty where it has none
 */
public record Envelope(String payload, String keyId, String signature) {

    private static final String PAYLOAD_TYPE = "application/vnd.in-toto+json";

    public Envelope {
        requireNonNull(payload, "payload");
        requireNonNull(keyId, "keyId");
        requireNonNull(signature, "signature");
    }

    /**
     * The statement in an envelope, as JSON. The same statement and key give the same bytes: Ed25519 throws no dice.
     *
     * @param key who signs it; null: nobody, and {@code signatures} is empty
     */
    public static byte[] of(byte[] statement, @Nullable SigningKey key) {
        ObjectNode envelope = EventJson.mapper().createObjectNode();
        envelope.put("payloadType", PAYLOAD_TYPE);
        envelope.put("payload", Base64.getEncoder().encodeToString(statement));
        ArrayNode signatures = envelope.putArray("signatures");
        if (key != null) {
            signatures
                    .addObject()
                    .put("keyid", key.id())
                    .put("sig", Base64.getEncoder().encodeToString(key.sign(toSign(statement))));
        }
        return envelope.toString().getBytes(UTF_8);
    }

    /**
     * Reads one.
     *
     * @throws IOException where it is none; the message says why
     */
    public static Envelope read(byte[] json) throws IOException {
        JsonNode envelope = EventJson.mapper().readTree(json);
        if (envelope == null || !envelope.path("payloadType").asText().equals(PAYLOAD_TYPE)) {
            throw new IOException("its payload is no in-toto statement");
        }
        JsonNode signature = envelope.path("signatures").path(0);
        return new Envelope(
                envelope.path("payload").asText(),
                signature.path("keyid").asText(),
                signature.path("sig").asText());
    }

    /**
     * The statement, whoever signed it.
     *
     * @throws IOException where it is no JSON in Base64
     */
    public JsonNode statement() throws IOException {
        try {
            return EventJson.mapper().readTree(Base64.getDecoder().decode(payload));
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Whether this key has signed it. */
    boolean isSignedBy(PublicKeys.Known key) throws IOException {
        try {
            Base64.Decoder base64 = Base64.getDecoder();
            return key.verifies(toSign(base64.decode(payload)), base64.decode(signature));
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
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
