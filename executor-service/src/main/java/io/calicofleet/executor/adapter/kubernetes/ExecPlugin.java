package io.calicofleet.executor.adapter.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ClusterException.Problem;
import io.calicofleet.model.Json;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Signs requests in with tokens that a program gives, as client-go does: it is run where there is no token, where one ends soon, and where the API server
 * takes one no longer. It is run without a shell. What it prints is a secret, or may be: nothing of it is told. Thread-safe.
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins">exec plugins</a>
 */
final class ExecPlugin implements Interceptor {

    /** A token that ends within this time is not used for another request. */
    static final Duration MARGIN = Duration.ofSeconds(30);

    private static final Duration LONGEST_RUN = Duration.ofSeconds(30);
    private static final Semaphore RUNS = new Semaphore(4, true);
    /** What of our own environment is a secret of ours. */
    private static final Pattern OURS = Pattern.compile("^KAFKA_|PASSWORD");

    private static final int UNAUTHORIZED = 401;
    private static final String AUTHORIZATION = "Authorization";
    /** What of a cluster a program may know. */
    private static final List<String> CLUSTER = List.of(
            "server",
            "tls-server-name",
            "insecure-skip-tls-verify",
            "certificate-authority-data",
            "proxy-url",
            "disable-compression");

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String name;
    private final List<String> command;
    private final Map<String, String> environment;
    private final String version;
    private final File folder;
    private final ExecutorService threads;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Credential current;

    /** A token; null expires: until the API server refuses it. */
    private record Credential(String token, @Nullable Instant expires) {

        @Override
        public String toString() {
            return "a token until " + expires;
        }
    }

    /**
     * The plugin of a user.
     *
     * @param exec what the kubeconfig says of it; it has been looked at
     * @param cluster the cluster, as the kubeconfig has it
     * @param kubeconfig the file, beside which a relative path begins
     */
    ExecPlugin(JsonNode exec, JsonNode cluster, Path kubeconfig, ExecutorService threads, InstantSource clock) {
        this.name = Json.text(exec, "command");
        this.version = Json.text(exec, "apiVersion");
        this.folder = requireNonNull(kubeconfig.toAbsolutePath().getParent(), "folder")
                .toFile();
        this.threads = threads;
        this.clock = clock;
        List<String> all = new ArrayList<>();
        all.add(name.contains("/") ? folder.toPath().resolve(name).toString() : name);
        Json.elements(exec.get("args")).forEach(argument -> all.add(argument.asText()));
        this.command = List.copyOf(all);
        Map<String, String> given = new TreeMap<>();
        Json.elements(exec.get("env")).forEach(entry -> given.put(Json.text(entry, "name"), Json.text(entry, "value")));
        given.put("KUBERNETES_EXEC_INFO", info(exec.path("provideClusterInfo").asBoolean() ? cluster : null));
        this.environment = Map.copyOf(given);
    }

    /** What the program is told of who asks. */
    private String info(@Nullable JsonNode cluster) {
        ObjectNode info = JSON.createObjectNode();
        info.put("apiVersion", version).put("kind", "ExecCredential");
        ObjectNode spec = info.putObject("spec").put("interactive", false);
        if (cluster != null) {
            ObjectNode told = spec.putObject("cluster");
            CLUSTER.forEach(field -> {
                if (cluster.hasNonNull(field)) {
                    told.set(field, cluster.get(field));
                }
            });
            Json.elements(cluster.get("extensions"))
                    .filter(extension -> Json.text(extension, "name").equals("client.authentication.k8s.io/exec"))
                    .forEach(extension -> told.set("config", extension.path("extension")));
        }
        return info.toString();
    }

    @Override
    public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
        builder.setHeader(AUTHORIZATION, "Bearer " + token(null));
    }

    /** Asks once more with another token where this one is not taken any more. */
    @Override
    public CompletableFuture<Boolean> afterFailure(BasicBuilder builder, HttpResponse<?> response, RequestTags tags) {
        if (response.code() != UNAUTHORIZED) {
            return CompletableFuture.completedFuture(false);
        }
        String sent = Objects.requireNonNullElse(response.request().header(AUTHORIZATION), "");
        return CompletableFuture.supplyAsync(
                () -> {
                    String refused = sent.replaceFirst("^Bearer ", "");
                    String other = token(refused);
                    builder.setHeader(AUTHORIZATION, "Bearer " + other);
                    return !other.equals(refused);
                },
                threads);
    }

    /** A token that is not the refused one, unless the program gives that again. */
    private String token(@Nullable String refused) {
        lock.lock();
        try {
            Credential known = current;
            boolean ends = known != null
                    && known.expires() != null
                    && !clock.instant().isBefore(known.expires().minus(MARGIN));
            if (known == null || ends || known.token().equals(refused)) {
                known = again(known, refused);
                current = known;
            }
            return known.token();
        } finally {
            lock.unlock();
        }
    }

    /** One that still holds is used on where there is no other yet. */
    private Credential again(@Nullable Credential known, @Nullable String refused) {
        try {
            return run();
        } catch (ClusterException e) {
            if (known != null
                    && known.expires() != null
                    && clock.instant().isBefore(known.expires())
                    && !known.token().equals(refused)) {
                return known;
            }
            throw e;
        }
    }

    /** Few at a time: a fleet that starts would run one for each of a thousand clusters. */
    private Credential run() {
        try {
            RUNS.acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed("was interrupted", e);
        }
        try {
            return ran();
        } finally {
            RUNS.release();
        }
    }

    private Credential ran() {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment()
                .keySet()
                .removeIf(variable -> OURS.matcher(variable).find());
        builder.environment().putAll(environment);
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            throw failed("cannot be started", e);
        }
        try {
            if (!process.waitFor(LONGEST_RUN.toMillis(), TimeUnit.MILLISECONDS)) {
                throw failed("has not ended after " + LONGEST_RUN.toSeconds() + " s", null);
            }
            if (process.exitValue() != 0) {
                throw failed("ended with code " + process.exitValue(), null);
            }
            return credential(printed(process.getInputStream()));
        } catch (IOException e) {
            throw failed("gave no answer that can be read", null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed("was interrupted", e);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    /** What is there once it has ended: not up to the end of the pipe, which a child that it left behind keeps open. */
    private static byte[] printed(InputStream out) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int more = out.available(); more > 0; more = out.available()) {
            all.write(out.readNBytes(more));
        }
        return all.toByteArray();
    }

    private Credential credential(byte[] answer) {
        JsonNode printed;
        try {
            printed = JSON.readTree(new String(answer, UTF_8));
        } catch (IOException e) {
            throw failed("printed no JSON", null);
        }
        JsonNode status = printed.path("status");
        if (!Json.text(printed, "kind").equals("ExecCredential")
                || !Json.text(printed, "apiVersion").equals(version)) {
            throw failed("printed no ExecCredential of " + version + ", which its kubeconfig says", null);
        }
        String token = Json.text(status, "token");
        if (token.isEmpty()) {
            throw failed(
                    status.hasNonNull("clientCertificateData")
                            ? "gave a client certificate, which is not supported: have it give a token"
                            : "gave no token",
                    null);
        }
        String expires = Json.text(status, "expirationTimestamp");
        try {
            return new Credential(
                    token,
                    expires.isEmpty() ? null : OffsetDateTime.parse(expires).toInstant());
        } catch (DateTimeParseException e) {
            throw failed("gave an expirationTimestamp that is no time", null);
        }
    }

    private ClusterException failed(String what, @Nullable Throwable cause) {
        return new ClusterException(
                Problem.UNAVAILABLE,
                "the exec plugin " + name + " " + what + "; what it prints is not logged, run it by hand to see it",
                cause);
    }
}
