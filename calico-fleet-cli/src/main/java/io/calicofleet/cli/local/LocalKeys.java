package io.calicofleet.cli.local;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import io.calicofleet.cli.CliException;
import io.calicofleet.cli.client.PrivateFiles;
import io.calicofleet.event.Sender;
import io.calicofleet.kafka.attestation.KeyFileException;
import io.calicofleet.kafka.attestation.SigningKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The keys the services of this machine sign with, in the data folder: made at the first start, for this user's eyes only. Where there
 * may be records from before that, those count without a signature.
 */
public final class LocalKeys {

    static final String FOLDER = "keys";
    private static final String TRUSTED = "trusted.yaml";
    private static final String UNSIGNED = "accept-unsigned";

    private final Path folder;

    private LocalKeys(Path folder) {
        this.folder = requireNonNull(folder, "folder");
    }

    /**
     * Those of a system; makes them where there are none, once and for all.
     *
     * @throws CliException where they cannot be read or written
     */
    static LocalKeys in(SystemSettings settings) {
        LocalKeys keys = new LocalKeys(settings.data().resolve(FOLDER));
        try {
            keys.make(settings.bootstrapServers() != null
                    || Files.exists(settings.data().resolve("kafka")));
            return keys;
        } catch (IOException | KeyFileException e) {
            throw CliException.unreachable("the signing keys in " + keys.folder + " cannot be used: " + e.getMessage());
        }
    }

    private void make(boolean recordsFromBefore) throws IOException, KeyFileException {
        if (Files.exists(folder.resolve(TRUSTED))) {
            return;
        }
        PrivateFiles.folder(folder);
        if (recordsFromBefore) {
            PrivateFiles.write(folder.resolve(UNSIGNED), "");
        }
        StringBuilder trusted = new StringBuilder("keys:\n");
        for (Sender sender : Sender.values()) {
            Path file = file(sender);
            SigningKey key = Files.exists(file) ? SigningKey.read(file) : SigningKey.generate();
            PrivateFiles.write(file, key.pem());
            trusted.append(entry(sender, List.of("*"), key.publicKey()));
        }
        PrivateFiles.write(folder.resolve(TRUSTED), trusted.toString());
    }

    /**
     * The entry of a key in a file of trusted keys.
     *
     * @param clusters those an executor's key may speak for
     */
    public static String entry(Sender sender, List<String> clusters, String publicKey) {
        String names = clusters.stream().map(name -> '"' + name + '"').collect(joining(", ", "[", "]"));
        return "- sender: " + sender.encode() + "\n"
                + (sender == Sender.EXECUTOR ? "  clusters: " + names + "\n" : "")
                + "  publicKey: " + publicKey + "\n";
    }

    /** What tells a service of them. */
    List<String> options(FleetService service) {
        List<String> options = new ArrayList<>();
        service.sender().ifPresent(sender -> options.add("-Dsigning.key=" + file(sender)));
        options.add("-Dsigning.trusted-keys=" + folder.resolve(TRUSTED));
        if (Files.exists(folder.resolve(UNSIGNED))) {
            options.add("-Dsigning.accept-unsigned=true");
        }
        return options;
    }

    private Path file(Sender sender) {
        return folder.resolve(sender.encode() + ".pem");
    }
}
