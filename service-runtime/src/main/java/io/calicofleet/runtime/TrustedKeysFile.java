package io.calicofleet.runtime;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.calicofleet.event.Sender;
import io.calicofleet.kafka.attestation.KeyFileException;
import io.calicofleet.kafka.attestation.TrustedKey;
import io.calicofleet.kafka.attestation.TrustedKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The file of trusted keys, YAML:
 *
 * <pre>
 * keys:
 * - sender: planner
 *   publicKey: MCowBQYDK2VwAyEA...
 * - sender: executor
 *   clusters: ["eu-*"]
 *   publicKey: MCowBQYDK2VwAyEA...
 * - sender: verifier
 *   publicKey: MCowBQYDK2VwAyEA...
 *   revoked: true
 * </pre>
 */
public final class TrustedKeysFile {

    private static final YAMLMapper YAML = new YAMLMapper(YAMLFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build());

    static {
        YAML.enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    }

    private TrustedKeysFile() {}

    private record Content(@Nullable List<Entry> keys) {}

    private record Entry(
            @Nullable String sender,
            @Nullable List<String> clusters,
            @Nullable String publicKey,
            boolean revoked) {}

    /**
     * Reads it.
     *
     * @param acceptsUnsigned whether a record without a signature counts as well
     * @throws KeyFileException where it cannot be used; the message says what is wrong, where, and what would be right
     */
    public static TrustedKeys read(Path file, boolean acceptsUnsigned) throws KeyFileException {
        Content content = content(file);
        List<Entry> entries = content == null || content.keys() == null ? List.of() : content.keys();
        if (entries.isEmpty()) {
            throw new KeyFileException(
                    file + " has no keys; it begins with `keys:`, and `calico-fleet keys` shows an entry.");
        }
        List<TrustedKey> keys = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (int index = 0; index < entries.size(); index++) {
            String where = file + ": keys[" + index + "]";
            TrustedKey key = key(entries.get(index), where);
            if (!ids.add(key.id())) {
                throw new KeyFileException(
                        where + " is the key " + key.id() + " once more; each belongs to one sender.");
            }
            keys.add(key);
        }
        return new TrustedKeys(keys, acceptsUnsigned);
    }

    private static @Nullable Content content(Path file) throws KeyFileException {
        try {
            String text = Files.readString(file);
            return text.isBlank() ? null : YAML.readValue(text, Content.class);
        } catch (NoSuchFileException e) {
            throw new KeyFileException("There is no file of trusted keys at " + file + ".");
        } catch (UnrecognizedPropertyException e) {
            throw new KeyFileException(file + ": " + place(e) + " is unknown; there are "
                    + e.getKnownPropertyIds().stream()
                            .map(Object::toString)
                            .sorted()
                            .collect(joining(", ")) + ".");
        } catch (JsonMappingException e) {
            throw new KeyFileException(file + ": " + place(e) + ": " + e.getOriginalMessage());
        } catch (JsonProcessingException e) {
            throw new KeyFileException(file + ", line " + line(e) + ": no YAML: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new KeyFileException(file + " cannot be read: " + e);
        }
    }

    /** Such as {@code keys[2].clusters}. */
    private static String place(JsonMappingException e) {
        return e.getPath().stream()
                .map(part -> part.getFieldName() == null ? "[" + part.getIndex() + "]" : "." + part.getFieldName())
                .collect(joining())
                .replaceFirst("^[.]", "");
    }

    private static long line(JsonProcessingException e) {
        return e.getLocation() == null ? 1 : e.getLocation().getLineNr();
    }

    private static TrustedKey key(@Nullable Entry entry, String where) throws KeyFileException {
        if (entry == null || entry.sender() == null || entry.publicKey() == null) {
            throw new KeyFileException(where + " needs sender and publicKey.");
        }
        Sender sender = Arrays.stream(Sender.values())
                .filter(one -> one.encode().equals(entry.sender()))
                .findFirst()
                .orElse(null);
        if (sender == null) {
            throw new KeyFileException(
                    where + ".sender is '" + entry.sender() + "'; it is planner, executor or verifier.");
        }
        List<String> clusters = entry.clusters() == null ? List.of() : entry.clusters();
        if ((sender == Sender.EXECUTOR) == clusters.isEmpty()) {
            throw new KeyFileException(
                    where + ".clusters: an executor's key names the clusters it may speak for, such as"
                            + " [\"eu-*\"] or [\"*\"]; others have none.");
        }
        try {
            return TrustedKey.of(sender, clusters, entry.revoked(), entry.publicKey());
        } catch (IllegalArgumentException e) {
            throw new KeyFileException(where + ".publicKey is no Ed25519 key in Base64; it is the line that"
                    + " `openssl pkey -pubout` prints between BEGIN and END.");
        }
    }
}
