package io.calicofleet.cli.client;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.calicofleet.kafka.EventJson;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a person is known by at each planner, a file each, which only its owner can read. */
public final class Credentials {

    private final Path folder;

    /** In {@code folder}, which need not be there. */
    public Credentials(Path folder) {
        this.folder = folder;
    }

    /** Those of whoever runs this. */
    public static Credentials ofUser() {
        return new Credentials(Path.of(System.getProperty("user.home"), ".calico-fleet", "credentials"));
    }

    /**
     * What is kept for a planner.
     *
     * @param tokenFile a file of tokens of the planner's own; null: none
     * @param issuer the OpenID provider of a login; null: there was none
     * @param clientId as which client
     * @param tokenEndpoint where the token is refreshed
     * @param accessToken the token
     * @param refreshToken what another one is had for; null: a new login
     * @param expiresAt when the token ends
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Kept(
            @Nullable String tokenFile,
            @Nullable String issuer,
            @Nullable String clientId,
            @Nullable String tokenEndpoint,
            @Nullable String accessToken,
            @Nullable String refreshToken,
            @Nullable Instant expiresAt) {

        /** A file of tokens. */
        public Kept(String tokenFile) {
            this(tokenFile, null, null, null, null, null, null);
        }

        /** Without a secret. */
        @Override
        public String toString() {
            return tokenFile == null ? "a login at " + issuer : "tokens in " + tokenFile;
        }
    }

    /**
     * What is kept for that planner.
     *
     * @throws IOException where it cannot be read
     */
    public Optional<Kept> of(URI server) throws IOException {
        Path file = file(server);
        return Files.exists(file)
                ? Optional.of(EventJson.mapper().readValue(Files.readAllBytes(file), Kept.class))
                : Optional.empty();
    }

    /**
     * Keeps it, so that a reader sees the old or the new.
     *
     * @throws IOException where it cannot be written
     */
    public void keep(URI server, Kept kept) throws IOException {
        Path file = file(server);
        Files.createDirectories(folder);
        PrivateFiles.write(file, EventJson.mapper().writeValueAsString(kept));
    }

    /**
     * Forgets it; whether there was any.
     *
     * @throws IOException where it cannot be deleted
     */
    public boolean forget(URI server) throws IOException {
        return Files.deleteIfExists(file(server));
    }

    private Path file(URI server) {
        String name =
                requireNonNull(server.getAuthority(), "an address has a host").toLowerCase(Locale.ROOT);
        String path = server.getPath() == null ? "" : server.getPath();
        return folder.resolve((name + path).replaceAll("[^a-z0-9.-]", "_") + ".json");
    }
}
