package io.calicofleet.simulator.kubernetes.http;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;

/** What is wrong with a body that is no JSON, in the words of Go. */
final class JsonFaults {

    /** So much of a body is shown. */
    private static final int SHOWN = 30;

    private JsonFaults() {}

    /** Why a body could not be read. */
    static String of(byte[] body, Exception e) {
        if (body.length == 0 || e instanceof JsonEOFException || !(e instanceof JsonProcessingException wrong)) {
            return "unexpected end of JSON input";
        }
        boolean token = e instanceof JsonParseException;
        JsonLocation location = wrong.getLocation();
        long after = location == null ? 0 : location.getByteOffset();
        int at = (int) Math.clamp(token ? after - 1 : after, 0, body.length - 1L);
        return "invalid character '" + (char) (body[at] & 0xFF) + "' "
                + (token ? "looking for beginning of value" : "after top-level value");
    }

    /** Why a body that does not even begin could not be read: nothing, or a byte order mark, which Go reads byte by byte. */
    static String of(byte[] body) {
        return body.length == 0
                ? "unexpected end of JSON input"
                : "invalid character '" + (char) (body[0] & 0xFF) + "' looking for beginning of value";
    }

    /** What Go calls a value. */
    static String kind(JsonNode node) {
        return node.isBoolean() ? "bool" : node.getNodeType().name().toLowerCase(Locale.ROOT);
    }

    /** The beginning of a body: an object as text, anything else byte by byte. */
    static String shown(byte[] body) {
        if (body.length == 0) {
            return "<empty>";
        }
        if (body[0] != '{') {
            return HexFormat.of().formatHex(body, 0, Math.min(body.length, SHOWN));
        }
        String text = new String(body, StandardCharsets.UTF_8);
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + " ...";
    }
}
