package io.calicofleet.planner.adapter.rest;

import io.calicofleet.kafka.EventJson;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * Answers with an {@code ETag}: whoever has it and asks with {@code If-None-Match} is told, with 304, that nothing has changed. The
 * tag is of what the answer says, so that all instances have the same; it is a weak one, for the answer may be compressed.
 */
final class Tagged {

    private static final int TAG_BYTES = 12;

    private Tagged() {}

    /** The answer that is {@code document}. */
    static Response answer(Request request, Object document) {
        byte[] json = document instanceof byte[] bytes ? bytes : EventJson.write(document);
        return answer(request, json, List.of(json)).build();
    }

    /** The answer {@code entity}, which is made of nothing but {@code documents}; to be built. */
    static Response.ResponseBuilder answer(Request request, Object entity, List<byte[]> documents) {
        EntityTag tag = new EntityTag(digest(documents), true);
        Response.ResponseBuilder unchanged = request.evaluatePreconditions(tag);
        Response.ResponseBuilder answer =
                unchanged == null ? Response.ok(entity).type(MediaType.APPLICATION_JSON_TYPE) : unchanged;
        return answer.tag(tag)
                .header(HttpHeaders.CACHE_CONTROL, "no-cache")
                .header(HttpHeaders.VARY, "Accept-Encoding");
    }

    private static String digest(List<byte[]> documents) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (byte[] document : documents) {
                digest.update(document);
                digest.update((byte) '\n');
            }
            return HexFormat.of().formatHex(digest.digest(), 0, TAG_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
