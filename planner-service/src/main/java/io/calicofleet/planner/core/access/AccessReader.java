package io.calicofleet.planner.core.access;

import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterSelector;
import io.calicofleet.planner.core.document.ObjectReader;
import io.calicofleet.planner.core.document.Problem;
import io.calicofleet.planner.core.document.Reading;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the file that says who has which role: {@code kind: Access}. */
public final class AccessReader {

    private static final String API_VERSION = "calico-fleet/v1";
    private static final String KIND = "Access";
    private static final String GLOB = "a name of campaigns, such as prod-*";

    private AccessReader() {}

    /** Reads {@code document}: Map, List, String, Number, Boolean, null. */
    public static Reading<Access> read(@Nullable Object document) {
        List<Problem> problems = new ArrayList<>();
        ObjectReader root = ObjectReader.of(document, "", problems);
        fixed(root, "apiVersion", API_VERSION);
        fixed(root, "kind", KIND);
        List<Grant> grants = new ArrayList<>();
        for (ObjectReader reader : root.objects("grants")) {
            grants.add(grant(reader));
        }
        if (grants.isEmpty()) {
            root.problem("grants", "is missing: nobody would have a role.", "a list of grants");
        }
        List<Delegate> delegates = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (ObjectReader reader : root.objects("delegates")) {
            Delegate delegate = delegate(reader);
            if (!names.add(delegate.name())) {
                reader.problem("name", "'" + delegate.name() + "' is a delegate already.", "each once");
            }
            delegates.add(delegate);
        }
        root.finish();
        return problems.isEmpty() ? new Reading.Read<>(new Access(grants, delegates)) : new Reading.Refused<>(problems);
    }

    private static Delegate delegate(ObjectReader reader) {
        String name = reader.required("name", AccessReader::name, "whose token of the planner's own it has");
        List<Delegate.Represented> people = new ArrayList<>();
        Set<String> called = new HashSet<>();
        for (ObjectReader one : reader.objects("people")) {
            String person = one.required("name", AccessReader::name, "a name, as grants have it");
            String subject = one.value("subject", AccessReader::name, "what the OpenID provider calls them");
            String mail = one.value("mail", AccessReader::mail, "a mail address");
            List<String> groups = one.values("groups", AccessReader::name, "a group");
            if (subject == null && !groups.isEmpty()) {
                one.problem("groups", "are of somebody without a subject.", "groups with a subject");
            }
            one.finish();
            if (person != null) {
                if (!called.add(person)
                        || (mail != null && !mail.equals(person) && !called.add(mail.toLowerCase(Locale.ROOT)))) {
                    one.problem("name", "or its mail is there already: who would be meant?", "each once");
                }
                people.add(new Delegate.Represented(person, subject, mail, new HashSet<>(groups)));
            }
        }
        if (people.isEmpty()) {
            reader.problem("people", "is missing: it could ask for nobody.", "a list of people");
        }
        reader.finish();
        return new Delegate(name == null ? "" : name, people);
    }

    private static String mail(String text) {
        if (!text.matches("[^@\\s]{1,100}@[^@\\s]{1,100}")) {
            throw new IllegalArgumentException("'" + text + "' is no mail address.");
        }
        return text;
    }

    private static void fixed(ObjectReader root, String field, String value) {
        root.required(
                field,
                text -> {
                    if (!text.equals(value)) {
                        throw new IllegalArgumentException("'" + text + "' is not known here.");
                    }
                    return text;
                },
                value);
    }

    private static Grant grant(ObjectReader reader) {
        if (!reader.has("role")) {
            reader.problem("role", "is missing.", "viewer, operator, approver, admin");
        }
        Role role = reader.choice("role", Role.VIEWER, List.of(Role.values()), Role::encode);
        List<String> people = reader.values("people", AccessReader::name, "a name");
        List<String> groups = reader.values("groups", AccessReader::name, "a group");
        if (!reader.has("people") && !reader.has("groups")) {
            reader.problem("", "is of nobody.", "people, groups, or both");
        }
        List<String> campaigns = reader.values("campaigns", AccessReader::glob, GLOB);
        if (reader.isEmptyList("campaigns")) {
            reader.problem("campaigns", "names none: leave it out for all.", GLOB);
        }
        ClusterSelector clusters = reader.has("clusters") ? selector(reader.object("clusters")) : null;
        reader.finish();
        return new Grant(role, new HashSet<>(people), new HashSet<>(groups), new Scope(campaigns, clusters));
    }

    private static ClusterSelector selector(ObjectReader reader) {
        List<ClusterId> names = reader.values("names", ClusterId::of, "a cluster's id");
        Map<String, String> labels =
                reader.has("matchLabels") ? reader.object("matchLabels").texts() : Map.of();
        if (names.isEmpty() == labels.isEmpty()) {
            reader.problem("", "is either names or labels.", "names or matchLabels; leave it out for all clusters");
        }
        reader.finish();
        return new ClusterSelector(names, labels, false);
    }

    private static String name(String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("is empty.");
        }
        return text;
    }

    private static String glob(String text) {
        if (!text.matches("[a-z0-9.*?-]{1,63}")) {
            throw new IllegalArgumentException("'" + text + "' is no name of campaigns.");
        }
        return text;
    }
}
