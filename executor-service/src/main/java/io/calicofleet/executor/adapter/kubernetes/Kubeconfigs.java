package io.calicofleet.executor.adapter.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.executor.yaml.Yaml;
import io.calicofleet.model.Json;
import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Tells what is wrong with a kubeconfig. Never by what is in it: parsers quote the place they stumble over, and in a
 * kubeconfig, or in a key that lies beside it, that is a secret.
 */
final class Kubeconfigs {

    private static final String AUTHORITY = "certificate-authority";
    private static final String AUTHORITY_DATA = "certificate-authority-data";

    /** What names a file, of a cluster and of a user. */
    private static final List<String> FILES = List.of(AUTHORITY, "client-certificate", "client-key", "tokenFile");

    private static final String V1 = "client.authentication.k8s.io/v1";
    private static final List<String> VERSIONS = List.of(V1, "client.authentication.k8s.io/v1beta1");
    private static final List<String> MODES = List.of("Never", "IfAvailable", "Always");

    private Kubeconfigs() {}

    /**
     * How the user of a kubeconfig signs in.
     *
     * @param exec the plugin that does it; empty: what fabric8 reads by itself
     * @param cluster the cluster, as the kubeconfig has it; where a plugin is told of it, with the certificates of its authority
     * @param config the kubeconfig; where a plugin signs in, without plugins and with the whole paths of its files
     */
    record SignIn(JsonNode exec, JsonNode cluster, JsonNode config) {

        boolean byPlugin() {
            return exec.isObject();
        }
    }

    /**
     * Looks whether the current context is whole. A file that is half written often lacks its users, which come last, and
     * would make a client that nobody knows.
     *
     * @param plugins the exec plugins that may be run
     * @throws IOException where it is not; the message says why
     */
    static SignIn check(Path file, Set<String> plugins) throws IOException {
        List<JsonNode> documents;
        try {
            documents = Yaml.readByHand(file);
        } catch (FileSystemException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw new IOException("it is no kubeconfig: it is no YAML", withoutMessage(e));
        }
        JsonNode config = documents.isEmpty() ? Json.object() : documents.getFirst();
        String name = Json.text(config, "current-context");
        JsonNode context = named(config, "contexts", name).path("context");
        if (name.isEmpty() || !context.isObject()) {
            throw new IOException("it is no kubeconfig: it has no current-context that is among its contexts");
        }
        JsonNode cluster =
                named(config, "clusters", Json.text(context, "cluster")).path("cluster");
        if (Json.text(cluster, "server").isEmpty()) {
            throw new IOException("the cluster of its current-context is not among its clusters, or has no server");
        }
        String user = Json.text(context, "user");
        JsonNode account = named(config, "users", user).path("user");
        if (!user.isEmpty() && !account.isObject()) {
            throw new IOException("the user of its current-context is not among its users");
        }
        checkSignIn(account, file, plugins);
        if (!Json.text(cluster, "tls-server-name").isEmpty()
                && !cluster.path("insecure-skip-tls-verify").asBoolean()) {
            throw new IOException("its cluster has a tls-server-name, which is not supported:"
                    + " use a server address that the certificate of the API server is for");
        }
        JsonNode exec = account.path("exec");
        return exec.isObject()
                ? new SignIn(exec, told(exec, cluster, file), withoutPlugins(config, file))
                : new SignIn(exec, cluster, config);
    }

    /** A plugin is told of its cluster with the certificates themselves, as client-go does: it cannot know where a file lies. */
    private static JsonNode told(JsonNode exec, JsonNode cluster, Path file) throws IOException {
        String authority = Json.text(cluster, AUTHORITY);
        if (!exec.path("provideClusterInfo").asBoolean()
                || authority.isEmpty()
                || !Json.text(cluster, AUTHORITY_DATA).isEmpty()) {
            return cluster;
        }
        Path certificates = file.toAbsolutePath().resolveSibling(authority);
        try {
            ObjectNode told = cluster.deepCopy();
            return told.put(AUTHORITY_DATA, Files.readAllBytes(certificates));
        } catch (IOException e) {
            throw new IOException("its exec plugin is to be told of the cluster, whose " + AUTHORITY + " "
                    + certificates + " cannot be read: " + e.getClass().getSimpleName());
        }
    }

    /** Nobody but us runs a program: fabric8 would, through a shell, and logs what it prints. */
    private static JsonNode withoutPlugins(JsonNode config, Path file) {
        JsonNode bare = config.deepCopy();
        for (String list : List.of("clusters", "users")) {
            Json.elements(bare.get(list)).flatMap(entry -> entry.valueStream()).forEach(each -> {
                if (each instanceof ObjectNode object) {
                    object.remove("exec");
                    FILES.stream()
                            .filter(object::hasNonNull)
                            .forEach(name -> object.put(
                                    name,
                                    file.toAbsolutePath()
                                            .resolveSibling(Json.text(object, name))
                                            .toString()));
                }
            });
        }
        return bare;
    }

    /** A client would be made all the same, and be refused by the API server as nobody. */
    private static void checkSignIn(JsonNode account, Path file, Set<String> plugins) throws IOException {
        JsonNode provider = account.path("auth-provider");
        JsonNode tokens = provider.path("config");
        if (provider.isObject()
                && Json.text(tokens, "access-token").isEmpty()
                && Json.text(tokens, "id-token").isEmpty()) {
            throw new IOException("its user signs in with the auth-provider " + Json.text(provider, "name")
                    + ", which is not supported: use a token, a client certificate or an exec plugin");
        }
        // fabric8 reads neither, and would ask as somebody else, or as nobody.
        if (!Json.text(account, "tokenFile").isEmpty()) {
            throw new IOException("its user signs in with a tokenFile, which is not supported:"
                    + " put the token itself into the kubeconfig, or use a client certificate or an exec plugin");
        }
        if (account.has("as") || account.has("as-uid") || account.has("as-groups") || account.has("as-user-extra")) {
            throw new IOException("its user acts as another one (as), which is not supported: use a kubeconfig of that"
                    + " user's own");
        }
        JsonNode exec = account.path("exec");
        String command = Json.text(exec, "command");
        if (exec.isObject() && command.isEmpty()) {
            throw new IOException("its user signs in with an exec plugin, and the program is not given");
        }
        if (exec.isObject() && !plugins.contains(command)) {
            throw new IOException("its user signs in with the exec plugin " + command
                    + ", and this executor runs none that executor.exec-plugins does not name; "
                    + (plugins.isEmpty() ? "it names none" : "it names " + String.join(", ", new TreeSet<>(plugins))));
        }
        if (exec.isObject() && !isProgram(command, file)) {
            throw new IOException("its user signs in with an exec plugin, and the program " + command
                    + " is not on the executor's host"
                    + (Json.text(exec, "installHint").isBlank()
                            ? ""
                            : "; its kubeconfig says: "
                                    + Json.text(exec, "installHint").strip()));
        }
        if (Json.elements(exec.get("env")).anyMatch(entry -> !isVariable(entry))) {
            throw new IOException("an entry of env of its exec plugin " + command
                    + " has no name that a variable can have, or a NUL in its value");
        }
        String mode = Json.text(exec, "interactiveMode");
        if (exec.isObject() && mode.isEmpty() && Json.text(exec, "apiVersion").equals(V1)) {
            throw new IOException("its exec plugin " + command + " has no interactiveMode, which " + V1
                    + " asks for: say Never or IfAvailable");
        }
        if (!mode.isEmpty() && !MODES.contains(mode)) {
            throw new IOException("the interactiveMode of its exec plugin " + command + " is '" + mode + "'; there are "
                    + String.join(", ", MODES));
        }
        if (mode.equals("Always")) {
            throw new IOException(
                    "its exec plugin " + command + " has interactiveMode: Always, and there is nobody to ask");
        }
        if (exec.isObject() && !VERSIONS.contains(Json.text(exec, "apiVersion"))) {
            throw new IOException("the apiVersion of its exec plugin is '" + Json.text(exec, "apiVersion")
                    + "'; there are " + String.join(" and ", VERSIONS));
        }
    }

    private static boolean isVariable(JsonNode entry) {
        String name = Json.text(entry, "name");
        return !name.isEmpty()
                && name.indexOf('=') < 0
                && name.indexOf('\0') < 0
                && Json.text(entry, "value").indexOf('\0') < 0;
    }

    private static boolean isProgram(String command, Path file) {
        if (command.isEmpty()) {
            return false;
        }
        if (command.contains("/")) {
            return Files.isExecutable(file.resolveSibling(command));
        }
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .filter(directory -> !directory.isEmpty())
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, command)));
    }

    /** What a failure to make a client of it says, without what the file holds. */
    static IOException unusable(RuntimeException thrown) {
        Throwable cause = thrown;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        boolean harmless = cause instanceof FileSystemException
                || cause instanceof FileNotFoundException
                || cause instanceof GeneralSecurityException;
        String kind = cause.getClass().getSimpleName();
        return new IOException(
                "no client can be made of it: " + kind + (harmless ? " " + cause.getMessage() : ""),
                withoutMessage(thrown));
    }

    private static JsonNode named(JsonNode config, String list, String name) {
        return Json.elements(config.get(list))
                .filter(entry -> Json.text(entry, "name").equals(name))
                .findFirst()
                .orElse(Json.NODES.missingNode());
    }

    /** Where it happened, for whoever looks at the stack; not what the parser said. */
    private static Throwable withoutMessage(Throwable thrown) {
        Throwable bare = new IllegalArgumentException(thrown.getClass().getName());
        bare.setStackTrace(thrown.getStackTrace());
        return bare;
    }
}
