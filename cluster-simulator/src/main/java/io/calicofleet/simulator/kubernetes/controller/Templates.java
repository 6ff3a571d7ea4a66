package io.calicofleet.simulator.kubernetes.controller;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.simulator.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/** Hashes of pod templates, and counts that may be percentages. */
final class Templates {

    private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

    private Templates() {}

    /** A hash of a template in the characters Kubernetes uses for names. */
    static String hash(JsonNode template) {
        return hash(template, 0);
    }

    /** Another hash of it for each time that its name was taken. */
    static String hash(JsonNode template, int collisions) {
        CRC32 crc = new CRC32();
        crc.update(Json.sorted(template).getBytes(StandardCharsets.UTF_8));
        if (collisions > 0) {
            crc.update(collisions);
        }
        long value = crc.getValue();
        StringBuilder hash = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            hash.append(ALPHABET.charAt((int) (value % ALPHABET.length())));
            value = value / ALPHABET.length() + (i == 5 ? crc.getValue() >> 7 : 0);
        }
        return hash.toString();
    }

    /** A number, or a percentage of a total. */
    static int count(JsonNode value, int total, boolean roundUp, int otherwise) {
        if (value.isNumber()) {
            return value.asInt();
        }
        String text = value.asText("");
        if (text.endsWith("%")) {
            double share = Double.parseDouble(text.substring(0, text.length() - 1)) * total / 100;
            return (int) (roundUp ? Math.ceil(share) : Math.floor(share));
        }
        return text.isEmpty() ? otherwise : Integer.parseInt(text);
    }
}
