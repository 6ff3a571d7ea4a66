package io.calicofleet.model.felix.validation;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.model.address.Address;
import io.calicofleet.model.address.Cidr;
import io.calicofleet.model.felix.object.Entity;
import io.calicofleet.model.felix.object.HostEndpointObject;
import io.calicofleet.model.felix.object.JoinedSelectors;
import io.calicofleet.model.felix.object.NetworkSetObject;
import io.calicofleet.model.felix.object.PolicyObject;
import io.calicofleet.model.felix.object.ProfileObject;
import io.calicofleet.model.felix.object.Protocol;
import io.calicofleet.model.felix.object.Rule;
import io.calicofleet.model.felix.validation.Assessment.Fault;
import io.calicofleet.model.felix.validation.Assessment.Kind;
import io.calicofleet.model.release.ReleaseTrait;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Whether a Felix does what an object says, leaves it out, or falls over it. Objects are Calico's v3 resources as they are
 * stored; whoever writes past calicoctl and the API server may store anything.
 *
 * <p>Stricter than Felix are calicoctl and Calico's API server; they are not looked at here.
 */
public final class Validation {

    private static final String HINT = "AssumeNeededOnEveryNode";
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_.-]{1,128}");
    private static final Pattern INTERFACE = Pattern.compile("\\*|[a-zA-Z0-9_.-]{1,15}");
    private static final Pattern LABEL = Pattern.compile("[a-zA-Z0-9_./-]{1,512}");
    private static final Pattern LABEL_VALUE = Pattern.compile("[a-zA-Z0-9]?([a-zA-Z0-9_.-]{0,61}[a-zA-Z0-9])?");

    private final CalicoVersion version;
    private final boolean ipv6;

    /**
     * That of a release.
     *
     * @param version the release
     * @param ipv6 whether Felix has IPv6 on, as it has unless FELIX_IPV6SUPPORT is false, which calico.yaml sets
     */
    public Validation(CalicoVersion version, boolean ipv6) {
        this.version = version;
        this.ipv6 = ipv6;
    }

    /** What becomes of any object; one of a kind that is not looked at is valid. */
    public Assessment of(JsonNode object) {
        return switch (object.path("kind").asText()) {
            case "GlobalNetworkPolicy", "NetworkPolicy" -> policy(object);
            case "Profile" -> profile(object);
            case "HostEndpoint" -> hostEndpoint(object);
            case "GlobalNetworkSet", "NetworkSet" -> networkSet(object);
            default -> new Assessment(List.of());
        };
    }

    /** A GlobalNetworkPolicy, or a NetworkPolicy where it has a namespace. */
    public Assessment policy(JsonNode object) {
        return policy(PolicyObject.of(object));
    }

    /** The same, read already. */
    public Assessment policy(PolicyObject policy) {
        List<Fault> faults = unread(policy.problems());
        RuleChecks checks = new RuleChecks(version, policy.namespace(), faults);
        if (checks.unreadable("it ", policy.selector(), true)) {
            // Of these Felix only logs that it cannot read them, and goes on without.
            checks.unreadable("its namespaceSelector ", policy.namespaceSelector(), false);
            checks.unreadable("its serviceAccountSelector ", policy.accountSelector(), false);
            checks.unreadable("its joined selector ", JoinedSelectors.ofPolicy(policy, version), true);
        }
        hints(faults, policy.performanceHints());
        checks.check("ingress", policy.ingress(), policy.isAbout(true), ipv6);
        checks.check("egress", policy.egress(), policy.isAbout(false) && !policy.preDnat(), ipv6);
        if (policy.problems().isEmpty() && faults.stream().anyMatch(Fault::absent)) {
            telling(faults, policy);
        }
        return new Assessment(faults);
    }

    /** Felix logs a policy it drops, and falls over a network that is none (libcalico-go/lib/backend/model/rule.go, joinNets). */
    private void telling(List<Fault> faults, PolicyObject policy) {
        if (ReleaseTrait.BROKEN_NETWORKS_LEFT_OUT.isIn(version)) {
            return;
        }
        Stream.concat(policy.ingress().stream(), policy.egress().stream())
                .map(Rule::destination)
                .flatMap(end -> Stream.concat(end.nets().stream(), end.notNets().stream()))
                .filter(text -> Cidr.parse(text) == null)
                .findFirst()
                .ifPresent(text -> faults.add(new Fault(
                        Kind.POISON,
                        true,
                        "Felix panics as it tells that it drops it, over the network '" + text
                                + "' of a destination")));
    }

    /** Felix looks at a profile by a second validator, which takes for granted that this one can be read (validator/v3, validateEntityRule). */
    private void namespaceSelectors(List<Fault> faults, ProfileObject profile) {
        Stream.concat(profile.ingress().stream(), profile.egress().stream())
                .flatMap(rule -> Stream.of(rule.source(), rule.destination()))
                .map(Entity::namespaceSelector)
                .filter(selector -> !new RuleChecks(version, "", new ArrayList<>()).unreadable("it ", selector, true))
                .findFirst()
                .ifPresent(selector -> faults.add(new Fault(
                        Kind.POISON,
                        true,
                        "Felix panics over its namespaceSelector '" + selector + "', which cannot be read")));
    }

    private void hints(List<Fault> faults, List<String> hints) {
        if (!ReleaseTrait.PERFORMANCE_HINTS.isIn(version)) {
            return;
        }
        hints.stream()
                .filter(hint -> !hint.equals(HINT))
                .findFirst()
                .ifPresent(
                        hint -> drop(faults, "it has the performance hint '" + hint + "', which Felix does not know"));
        if (hints.size() > 1) {
            drop(faults, "it has a performance hint twice");
        }
    }

    /** A Profile. One that is absent denies everything on the endpoints that name it; of its labels see {@link #givesLabels}. */
    public Assessment profile(JsonNode object) {
        return profile(ProfileObject.of(object));
    }

    /** The same, read already. */
    public Assessment profile(ProfileObject profile) {
        List<Fault> faults = unread(profile.problems());
        RuleChecks checks = new RuleChecks(version, "", faults);
        checks.check("ingress", profile.ingress(), true, ipv6);
        checks.check("egress", profile.egress(), true, ipv6);
        if (profile.problems().isEmpty()
                && ReleaseTrait.GLOBAL_SELECTOR.isIn(version)
                && !ReleaseTrait.NEWER_SELECTORS.isIn(version)) {
            namespaceSelectors(faults, profile);
        }
        return new Assessment(faults);
    }

    /**
     * Whether a profile's labels get onto its endpoints. Felix takes the rules by a check of its own, and since v3.23 the labels from
     * the whole object, which the stricter check of Calico's API has to pass (felix/labelindex/label_inheritance_index.go).
     *
     * @param assessment that of the profile
     */
    public boolean givesLabels(ProfileObject profile, Assessment assessment) {
        return profile.problems().isEmpty()
                && (!ReleaseTrait.LABELS_OF_WHOLE_PROFILES.isIn(version)
                        || (!assessment.isAbsent() && ApiChecks.pass(profile, version)));
    }

    /** A HostEndpoint. Where one is absent nothing is policed. */
    public Assessment hostEndpoint(JsonNode object) {
        return hostEndpoint(HostEndpointObject.of(object));
    }

    /** The same, read already. */
    public Assessment hostEndpoint(HostEndpointObject endpoint) {
        List<Fault> faults = unread(endpoint.problems());
        if (!endpoint.interfaceName().isEmpty()
                && !INTERFACE.matcher(endpoint.interfaceName()).matches()) {
            drop(faults, "its interfaceName '" + endpoint.interfaceName() + "' is no name of an interface");
        }
        endpoint.profiles().stream()
                .filter(name -> !NAME.matcher(name).matches())
                .forEach(name -> drop(faults, "it names the profile '" + name + "', which is no name"));
        endpoint.ports().forEach(port -> {
            Protocol protocol = port.protocol();
            if (!NAME.matcher(port.name()).matches()) {
                drop(faults, "its port '" + port.name() + "' has no valid name");
            } else if (port.port() == 0) {
                drop(faults, "its port " + port.name() + " has no number");
            } else if (protocol == null || protocol.name().isEmpty() || !protocol.hasPorts()) {
                drop(faults, "its port " + port.name() + " has no protocol that is TCP, UDP or SCTP by name");
            }
        });
        labels(faults, endpoint.labels());
        endpoint.expectedIps().stream()
                .filter(text -> Address.parse(text) == null)
                .forEach(text -> faults.add(new Fault(
                        Kind.PART_LEFT_OUT,
                        false,
                        "its expectedIPs have '" + text + "', which is no address, and Felix leaves out")));
        return new Assessment(faults);
    }

    /** A GlobalNetworkSet or NetworkSet. */
    public Assessment networkSet(JsonNode object) {
        return networkSet(NetworkSetObject.of(object));
    }

    /** The same, read already. */
    public Assessment networkSet(NetworkSetObject set) {
        List<Fault> faults = unread(set.problems());
        labels(faults, set.labels());
        if (set.nets().contains("")) {
            // felix/labelindex: the network of an address that is nil
            faults.add(new Fault(Kind.POISON, false, "its nets have an empty text, over which Felix panics"));
        }
        // libcalico-go/lib/backend/syncersv1/updateprocessors/networksetprocessor.go, of those of a namespace
        boolean panics = !set.namespace().isEmpty() && !ReleaseTrait.NETWORK_SETS_WITH_ANYTHING.isIn(version);
        set.nets().stream()
                .filter(text -> !text.isEmpty() && Cidr.parse(text) == null)
                .forEach(text -> faults.add(new Fault(
                        panics ? Kind.POISON : Kind.PART_LEFT_OUT,
                        false,
                        "its nets have '" + text + "', which is no network, and "
                                + (panics ? "over which Felix panics" : "Felix leaves out"))));
        return new Assessment(faults);
    }

    /** Later, the labels of host endpoints and network sets are in a type that the validator does not look into. */
    private void labels(List<Fault> faults, Map<String, String> labels) {
        if (ReleaseTrait.LABELS_NOT_VALIDATED.isIn(version)) {
            return;
        }
        labels.forEach((name, value) -> {
            if (!LABEL.matcher(name).matches() || !LABEL_VALUE.matcher(value).matches()) {
                drop(faults, "its label " + name + "=" + value + " is none Felix takes");
            }
        });
    }

    private static List<Fault> unread(List<String> problems) {
        List<Fault> faults = new ArrayList<>();
        problems.forEach(problem -> drop(faults, "it cannot be read: " + problem));
        return faults;
    }

    private static void drop(List<Fault> faults, String why) {
        faults.add(new Fault(Kind.DROPPED, true, why));
    }
}
