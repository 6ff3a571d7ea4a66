package io.calicofleet.integrations.adapter.webhook;

import static java.util.Objects.requireNonNullElse;

import io.calicofleet.event.EventType;
import io.calicofleet.integrations.core.Glob;
import io.calicofleet.integrations.core.Severity;
import io.calicofleet.integrations.core.Subscription;
import io.calicofleet.runtime.SettingsFile;
import io.calicofleet.runtime.SettingsFile.WrongFileException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The file of endpoints, YAML:
 *
 * <pre>
 * apiVersion: calico-fleet/v1
 * kind: Webhooks
 * endpoints:
 * - name: ops
 *   url: https://hooks.example.com/calico
 *   secretFile: ops.secret
 *   types: [campaign.status, "step.*"]
 * </pre>
 */
final class WebhooksFile {

    private static final String API_VERSION = "calico-fleet/v1";
    private static final String KIND = "Webhooks";
    private static final String NAME = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
    private static final String NOW = "now";
    private static final String BEGINNING = "beginning";
    private static final String CLOUDEVENTS = "cloudevents";
    private static final String CDEVENTS = "cdevents";

    private final Path file;
    private final UnaryOperator<@Nullable String> environment;

    private WebhooksFile(Path file, UnaryOperator<@Nullable String> environment) {
        this.file = file;
        this.environment = environment;
    }

    private record Content(
            @Nullable String apiVersion,
            @Nullable String kind,
            @Nullable List<@Nullable Entry> endpoints) {}

    private record Entry(
            @Nullable String name,
            @Nullable String url,
            @Nullable String secretFile,
            @Nullable String secretEnv,
            @Nullable List<String> types,
            @Nullable List<String> campaigns,
            @Nullable String severity,
            @Nullable Boolean handshake,
            @Nullable String from,
            @Nullable String format,
            @Nullable String page) {}

    /**
     * Reads it, and the secrets it names.
     *
     * @param environment the value of an environment variable; null: there is none
     * @throws WrongFileException where it cannot be used; the message says what is wrong, where, and what would be right
     */
    static List<Endpoint> read(Path file, UnaryOperator<@Nullable String> environment) throws WrongFileException {
        return new WebhooksFile(file, environment).endpoints();
    }

    private List<Endpoint> endpoints() throws WrongFileException {
        Content content = SettingsFile.read(file, "webhooks", Content.class).orElse(null);
        if (content == null || !API_VERSION.equals(content.apiVersion()) || !KIND.equals(content.kind())) {
            throw new WrongFileException(
                    file + " begins with `apiVersion: " + API_VERSION + "` and `kind: " + KIND + "`.");
        }
        List<@Nullable Entry> entries = requireNonNullElse(content.endpoints(), List.of());
        if (entries.isEmpty()) {
            throw new WrongFileException(file + " has no endpoints.");
        }
        List<Endpoint> endpoints = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (int index = 0; index < entries.size(); index++) {
            Endpoint endpoint = endpoint(entries.get(index), file + ": endpoints[" + index + "]");
            if (!names.add(endpoint.name())) {
                throw new WrongFileException(file + ": endpoints[" + index + "].name is '" + endpoint.name()
                        + "' once more; each has a name of its own.");
            }
            endpoints.add(endpoint);
        }
        return endpoints;
    }

    private Endpoint endpoint(@Nullable Entry entry, String where) throws WrongFileException {
        if (entry == null || entry.name() == null || entry.url() == null || entry.types() == null) {
            throw new WrongFileException(where + " needs name, url and types.");
        }
        if (!entry.name().matches(NAME)) {
            throw new WrongFileException(where
                    + ".name is no name: lower case letters, digits and '-', at most 63; its position is kept by it.");
        }
        String severity = requireNonNullElse(entry.severity(), Severity.INFO.encode());
        Subscription subscription = new Subscription(
                globs(entry.types()),
                globs(requireNonNullElse(entry.campaigns(), List.of())),
                Severity.find(severity)
                        .orElseThrow(() -> new WrongFileException(
                                where + ".severity is '" + severity + "'; it is one of " + Severity.all() + ".")));
        types(subscription, where);
        String from = requireNonNullElse(entry.from(), NOW);
        if (!from.equals(NOW) && !from.equals(BEGINNING)) {
            throw new WrongFileException(where + ".from is '" + from + "'; it is " + NOW + " or " + BEGINNING + ".");
        }
        return new Endpoint(
                entry.name(),
                url(entry.url(), where + ".url"),
                secrets(entry, where),
                subscription,
                requireNonNullElse(entry.handshake(), true),
                from.equals(BEGINNING),
                page(entry, subscription, where));
    }

    /** The page that CDEvents lead to; null where the endpoint is told none. */
    private static @Nullable URI page(Entry entry, Subscription subscription, String where) throws WrongFileException {
        String format = requireNonNullElse(entry.format(), CLOUDEVENTS);
        if (!format.equals(CLOUDEVENTS) && !format.equals(CDEVENTS)) {
            throw new WrongFileException(
                    where + ".format is '" + format + "'; it is " + CLOUDEVENTS + " or " + CDEVENTS + ".");
        }
        if (format.equals(CLOUDEVENTS)) {
            if (entry.page() != null) {
                throw new WrongFileException(where + ".page is for format: " + CDEVENTS + " alone.");
            }
            return null;
        }
        if (entry.page() == null) {
            throw new WrongFileException(where + " needs page beside format: " + CDEVENTS
                    + ": where the page is, to which they lead, such as https://fleet.example.com.");
        }
        if (CdEvents.TYPES.stream().noneMatch(type -> named(subscription, type))) {
            throw new WrongFileException(where + ".types has nothing that becomes a CDEvent; these do: "
                    + CdEvents.TYPES.stream().map(EventType::shortName).collect(Collectors.joining(", ")) + ".");
        }
        return url(entry.page(), where + ".page");
    }

    private static boolean named(Subscription subscription, EventType type) {
        return subscription.types().stream().anyMatch(glob -> glob.matches(type.shortName()));
    }

    private static void types(Subscription subscription, String where) throws WrongFileException {
        for (Glob type : subscription.types()) {
            if (Subscription.offered().stream().noneMatch(offered -> type.matches(offered.shortName()))) {
                throw new WrongFileException(where + ".types: '" + type.text() + "' is none of "
                        + Subscription.offered().stream()
                                .map(EventType::shortName)
                                .collect(Collectors.joining(", ")) + ".");
            }
        }
        if (subscription.types().isEmpty()) {
            throw new WrongFileException(where + ".types is empty: it would be told nothing.");
        }
    }

    /** An address may be a secret: what is wrong with it is told without it. */
    private static URI url(String text, String where) throws WrongFileException {
        String right = where + " is no address such as https://hooks.example.com/calico.";
        try {
            URI url = URI.create(text);
            boolean http = "https".equals(url.getScheme()) || "http".equals(url.getScheme());
            if (!http || url.getHost() == null || url.getUserInfo() != null || url.getFragment() != null) {
                throw new WrongFileException(right);
            }
            return url;
        } catch (IllegalArgumentException e) {
            throw new WrongFileException(right);
        }
    }

    private Secrets secrets(Entry entry, String where) throws WrongFileException {
        if ((entry.secretFile() == null) == (entry.secretEnv() == null)) {
            throw new WrongFileException(where + " needs secretFile or secretEnv, and not both.");
        }
        String from = entry.secretFile() != null
                ? "the file " + entry.secretFile()
                : "the environment variable " + entry.secretEnv();
        try {
            String text = entry.secretFile() != null
                    ? Files.readString(file.toAbsolutePath().resolveSibling(entry.secretFile()))
                    : requireNonNullElse(environment.apply(entry.secretEnv()), "");
            return Secrets.of(text);
        } catch (IllegalArgumentException e) {
            throw new WrongFileException(where + ": " + from + " " + e.getMessage());
        } catch (IOException e) {
            throw new WrongFileException(where + ": " + from + " cannot be read: " + e);
        }
    }

    private static List<Glob> globs(List<String> texts) {
        return texts.stream().map(Glob::new).toList();
    }
}
