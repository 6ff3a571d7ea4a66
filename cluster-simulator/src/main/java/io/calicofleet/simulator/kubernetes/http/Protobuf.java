package io.calicofleet.simulator.kubernetes.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.api.ApiException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Request bodies in Kubernetes' protobuf, which Go clients prefer for built-in kinds: those that Helm sends, which are
 * Secrets and DeleteOptions. Answers are JSON, which every client accepts beside it. Field numbers are those of
 * k8s.io/api/core/v1 and k8s.io/apimachinery/pkg/apis/meta/v1 {@code generated.proto}; unknown fields are left out.
 */
final class Protobuf {

    private static final byte[] MAGIC = {'k', '8', 's', 0};

    /** How a field is written in JSON. */
    private enum Form {
        TEXT,
        TEXTS,
        NUMBER,
        FLAG,
        TEXT_MAP,
        BYTES_MAP,
        MESSAGE
    }

    private record Field(String name, Form form, @Nullable Map<Integer, Field> message) {
        static Field of(String name, Form form) {
            return new Field(name, form, null);
        }
    }

    private static final Map<Integer, Field> TYPE =
            Map.of(1, Field.of("apiVersion", Form.TEXT), 2, Field.of("kind", Form.TEXT));

    private static final Map<Integer, Field> METADATA = Map.of(
            1, Field.of("name", Form.TEXT),
            2, Field.of("generateName", Form.TEXT),
            3, Field.of("namespace", Form.TEXT),
            5, Field.of("uid", Form.TEXT),
            6, Field.of("resourceVersion", Form.TEXT),
            11, Field.of("labels", Form.TEXT_MAP),
            12, Field.of("annotations", Form.TEXT_MAP),
            14, Field.of("finalizers", Form.TEXTS));

    private static final Map<Integer, Field> SECRET = Map.of(
            1, new Field("metadata", Form.MESSAGE, METADATA),
            2, Field.of("data", Form.BYTES_MAP),
            3, Field.of("type", Form.TEXT),
            4, Field.of("stringData", Form.TEXT_MAP),
            5, Field.of("immutable", Form.FLAG));

    private static final Map<Integer, Field> DELETE_OPTIONS = Map.of(
            1, Field.of("gracePeriodSeconds", Form.NUMBER),
            2,
                    new Field(
                            "preconditions",
                            Form.MESSAGE,
                            Map.of(1, Field.of("uid", Form.TEXT), 2, Field.of("resourceVersion", Form.TEXT))),
            4, Field.of("propagationPolicy", Form.TEXT),
            5, Field.of("dryRun", Form.TEXTS));

    private final byte[] bytes;
    private int at;
    private final int end;

    private Protobuf(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        this.at = from;
        this.end = to;
    }

    /**
     * The object in a body.
     *
     * @throws ApiException where it is of a kind that is not read here, or broken
     */
    static ObjectNode read(byte[] body) {
        if (body.length < MAGIC.length || !Arrays.equals(body, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw ApiException.badRequest("error decoding the body: it is no Kubernetes protobuf");
        }
        try {
            Protobuf envelope = new Protobuf(body, MAGIC.length, body.length);
            ObjectNode type = Json.object();
            byte[] raw = {};
            while (envelope.more()) {
                int tag = (int) envelope.varint();
                switch (tag >>> 3) {
                    case 1 -> type = envelope.inner().message(TYPE);
                    case 2 -> raw = envelope.chunk();
                    default -> envelope.skip(tag & 7);
                }
            }
            Map<Integer, Field> fields = switch (Json.text(type, "kind")) {
                case "Secret" -> SECRET;
                case "DeleteOptions" -> DELETE_OPTIONS;
                default -> throw ApiException.unsupportedMediaType();
            };
            return type.setAll(new Protobuf(raw, 0, raw.length).message(fields));
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw ApiException.badRequest("error decoding the body: " + e.getMessage());
        }
    }

    private ObjectNode message(Map<Integer, Field> fields) {
        ObjectNode object = Json.object();
        while (more()) {
            int tag = (int) varint();
            Field field = fields.get(tag >>> 3);
            if (field == null) {
                skip(tag & 7);
                continue;
            }
            switch (field.form()) {
                case TEXT -> text(object, field.name(), new String(chunk(), StandardCharsets.UTF_8));
                case TEXTS -> list(object, field.name()).add(new String(chunk(), StandardCharsets.UTF_8));
                case NUMBER -> object.put(field.name(), varint());
                case FLAG -> object.put(field.name(), varint() != 0);
                case TEXT_MAP, BYTES_MAP -> inner().entry(Json.child(object, field.name()), field.form());
                case MESSAGE ->
                    object.set(field.name(), inner().message(field.message() == null ? Map.of() : field.message()));
            }
        }
        return object;
    }

    /** Go writes empty texts, JSON leaves them out. */
    private static void text(ObjectNode object, String name, String value) {
        if (!value.isEmpty()) {
            object.put(name, value);
        }
    }

    private static ArrayNode list(ObjectNode object, String name) {
        return Json.list(object, name);
    }

    private void entry(ObjectNode map, Form form) {
        String key = "";
        byte[] value = {};
        while (more()) {
            int tag = (int) varint();
            switch (tag >>> 3) {
                case 1 -> key = new String(chunk(), StandardCharsets.UTF_8);
                case 2 -> value = chunk();
                default -> skip(tag & 7);
            }
        }
        map.put(
                key,
                form == Form.BYTES_MAP
                        ? Base64.getEncoder().encodeToString(value)
                        : new String(value, StandardCharsets.UTF_8));
    }

    private boolean more() {
        return at < end;
    }

    private Protobuf inner() {
        int length = length();
        Protobuf inner = new Protobuf(bytes, at, at + length);
        at += length;
        return inner;
    }

    private byte[] chunk() {
        int length = length();
        byte[] chunk = Arrays.copyOfRange(bytes, at, at + length);
        at += length;
        return chunk;
    }

    private int length() {
        long length = varint();
        if (length < 0 || length > end - at) {
            throw new IndexOutOfBoundsException("a field is longer than its message");
        }
        return (int) length;
    }

    private long varint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (at >= end) {
                throw new IndexOutOfBoundsException("a number is cut off");
            }
            byte next = bytes[at++];
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("a number of more than 64 bits");
    }

    private void skip(int wire) {
        switch (wire) {
            case 0 -> {
                long unused = varint();
            }
            case 1 -> at += 8;
            case 2 -> {
                byte[] unused = chunk();
            }
            case 5 -> at += 4;
            default -> throw new IllegalArgumentException("wire type " + wire);
        }
    }
}
