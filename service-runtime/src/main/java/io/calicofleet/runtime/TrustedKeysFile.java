package io.calicofleet.runtime;

import io.calicofleet.event.Sender;
import io.calicofleet.kafka.attestation.KeyFileException;
import io.calicofleet.kafka.attestation.TrustedKey;
import io.calicofleet.kafka.attestation.TrustedKeys;
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
        List<Entry> entries = entries(file);
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

    private static List<Entry> entries(Path file) throws KeyFileException {
        try {
            return SettingsFile.read(file, "trusted keys", Content.class)
                    .map(Content::keys)
                    .orElse(List.of());
        } catch (SettingsFile.WrongFileException e) {
            throw new KeyFileException(String.valueOf(e.getMessage()));
        }
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
