package io.calicofleet.runtime.passkey;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.calicofleet.event.ClusterId;
import io.calicofleet.kafka.attestation.KeyFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The file of passkeys, YAML. The rules are for executors; a planner has those of its campaigns.
 *
 * <pre>
 * site: {id: fleet.example.com, origins: ["https://fleet.example.com"]}
 * people:
 * - name: grace
 *   passkeys:
 *   - {id: "q83v...", publicKey: "MFkwEwYHKoZIzj0CAQYI..."}
 * rules:
 * - {clusters: ["prod-*"], quorum: 2, people: [grace, edsger], validFor: P30D, restores: true}
 * </pre>
 */
public final class PasskeysFile {

    private static final YAMLMapper YAML = new YAMLMapper(YAMLFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build());
    private static final Duration VALID = Duration.ofDays(30);

    static {
        YAML.enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    }

    private PasskeysFile() {}

    /**
     * What is in it.
     *
     * @param passkeys those that are known
     * @param rules in their order
     */
    public record Content(Passkeys passkeys, List<Rule> rules) {

        public Content {
            rules = List.copyOf(rules);
        }
    }

    /**
     * What clusters ask of an executor.
     *
     * @param clusters whether it is for a cluster
     * @param quorum how many people have to have signed
     * @param people whose signatures count; empty: everybody's whose passkey is known
     * @param validFor how long after its campaign was created a step may begin
     * @param restores whether a restore needs it too
     */
    public record Rule(
            Predicate<ClusterId> clusters, int quorum, Set<String> people, Duration validFor, boolean restores) {

        public Rule {
            people = Set.copyOf(people);
        }
    }

    private record Written(
            Passkeys.@Nullable Site site,
            @Nullable List<Person> people,
            @Nullable List<Asked> rules) {}

    private record Person(@Nullable String name, @Nullable List<Key> passkeys) {}

    private record Key(@Nullable String id, @Nullable String publicKey) {}

    private record Asked(
            @Nullable List<String> clusters,
            @Nullable Integer quorum,
            @Nullable List<String> people,
            @Nullable String validFor,
            @Nullable Boolean restores) {}

    /**
     * Reads it.
     *
     * @throws KeyFileException where it cannot be used; the message says what is wrong, where, and what would be right
     */
    public static Content read(Path file) throws KeyFileException {
        Written written = written(file);
        Passkeys.Site site = written.site();
        if (site == null || site.id().isBlank() || site.origins().isEmpty()) {
            throw new KeyFileException(
                    file
                            + ": site is missing; such as `site: {id: fleet.example.com, origins: [\"https://fleet.example.com\"]}`.");
        }
        List<Passkeys.Passkey> passkeys = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        Set<String> names = new HashSet<>();
        List<Person> people = written.people() == null ? List.of() : written.people();
        for (int i = 0; i < people.size(); i++) {
            String where = file + ": people[" + i + "]";
            String name = people.get(i).name();
            if (name == null || name.isBlank() || !names.add(name)) {
                throw new KeyFileException(where + ".name is missing, or there already.");
            }
            List<Key> given = people.get(i).passkeys();
            List<Key> keys = given == null ? List.of() : given;
            for (int k = 0; k < keys.size(); k++) {
                Passkeys.Passkey passkey = passkey(name, keys.get(k), where + ".passkeys[" + k + "]");
                if (!ids.add(passkey.id())) {
                    throw new KeyFileException(where + ".passkeys[" + k + "].id is there already.");
                }
                passkeys.add(passkey);
            }
        }
        List<Rule> rules = new ArrayList<>();
        List<Asked> asked = written.rules() == null ? List.of() : written.rules();
        for (int i = 0; i < asked.size(); i++) {
            rules.add(rule(asked.get(i), names, file + ": rules[" + i + "]"));
        }
        return new Content(new Passkeys(site, passkeys), rules);
    }

    /** The entry of a person with one passkey, as it belongs into the file under {@code people}. */
    public static String entry(Passkeys.Passkey passkey) {
        return "- name: " + "\"" + passkey.person().replace("\\", "\\\\").replace("\"", "\\\"") + "\""
                + "\n  passkeys:\n  - {id: \"" + passkey.id() + "\", publicKey: \""
                + Base64.getEncoder().encodeToString(passkey.key().getEncoded()) + "\"}\n";
    }

    private static Passkeys.Passkey passkey(String person, Key key, String where) throws KeyFileException {
        String id = key.id();
        String publicKey = key.publicKey();
        if (id == null || !id.matches("[A-Za-z0-9_-]+") || publicKey == null) {
            throw new KeyFileException(where + " needs id, in Base64 for URLs, and publicKey.");
        }
        try {
            return new Passkeys.Passkey(person, id, CoseKeys.read(publicKey));
        } catch (RuntimeException e) {
            throw new KeyFileException(
                    where + ".publicKey is no public key of a passkey in Base64 (X.509): P-256," + " Ed25519 or RSA.");
        }
    }

    private static Rule rule(Asked asked, Set<String> names, String where) throws KeyFileException {
        if (asked.clusters() == null || asked.clusters().isEmpty()) {
            throw new KeyFileException(where + ".clusters names no cluster; such as [\"prod-*\"] or [\"*\"].");
        }
        Set<String> people = asked.people() == null ? Set.of() : Set.copyOf(asked.people());
        for (String person : people) {
            if (!names.contains(person)) {
                throw new KeyFileException(where + ".people: '" + person + "' has no passkey in this file.");
            }
        }
        int quorum = asked.quorum() == null ? 1 : asked.quorum();
        int most = people.isEmpty() ? names.size() : people.size();
        if (quorum < 1 || quorum > most) {
            throw new KeyFileException(
                    where + ".quorum is " + quorum + "; it is from 1 to the number of people, which is " + most + ".");
        }
        try {
            Duration validFor = asked.validFor() == null ? VALID : Duration.parse(asked.validFor());
            return new Rule(
                    clusters(asked.clusters()), quorum, people, validFor, !Boolean.FALSE.equals(asked.restores()));
        } catch (DateTimeParseException e) {
            throw new KeyFileException(where + ".validFor is no duration such as P30D or PT12H.");
        }
    }

    private static Predicate<ClusterId> clusters(List<String> patterns) {
        Pattern pattern = Pattern.compile(patterns.stream()
                .map(one -> Pattern.quote(one).replace("*", "\\E.*\\Q"))
                .collect(Collectors.joining("|")));
        return cluster -> pattern.matcher(cluster.value()).matches();
    }

    private static Written written(Path file) throws KeyFileException {
        try {
            String text = Files.readString(file);
            return text.isBlank() ? new Written(null, null, null) : YAML.readValue(text, Written.class);
        } catch (NoSuchFileException e) {
            throw new KeyFileException("There is no file of passkeys at " + file + ".");
        } catch (UnrecognizedPropertyException e) {
            throw new KeyFileException(file + ": '" + e.getPropertyName() + "' is unknown; there are "
                    + e.getKnownPropertyIds().stream()
                            .map(Object::toString)
                            .sorted()
                            .collect(Collectors.joining(", ")) + ".");
        } catch (JsonMappingException e) {
            throw new KeyFileException(file + ": " + e.getOriginalMessage());
        } catch (JsonProcessingException e) {
            throw new KeyFileException(file + ": no YAML: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new KeyFileException(file + " cannot be read: " + e);
        }
    }
}
