package io.calicofleet.model.felix.evaluation;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.model.address.Cidr;
import io.calicofleet.model.felix.evaluation.Policy.Stage;
import io.calicofleet.model.felix.evaluation.Tiers.End;
import io.calicofleet.model.felix.evaluation.Tiers.Tier;
import io.calicofleet.model.felix.object.HostEndpointObject;
import io.calicofleet.model.felix.object.NetworkSetObject;
import io.calicofleet.model.felix.object.PolicyObject;
import io.calicofleet.model.felix.object.ProfileObject;
import io.calicofleet.model.felix.validation.Assessment;
import io.calicofleet.model.felix.validation.Validation;
import io.calicofleet.model.release.ReleaseTrait;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What Felix does with a new connection of a host endpoint of all interfaces, in the order of its chains
 * (felix/rules/static.go and endpoints.go):
 *
 * <pre>
 *   failsafe port?                         open
 *   incoming: the policies before DNAT, tier by tier: allowed or denied there?
 *                                          open or cut
 *   of IPIP, VXLAN, WireGuard, as {@link Encapsulation} says?
 *                                          open
 *   up to v3.13:                           open, for nothing more is applied to all interfaces
 *   tier by tier, those policies of it that select the host endpoint, in their order:
 *     a rule allows or denies:             open or cut
 *     a rule passes, or the tier ends with default action Pass:
 *                                          the next tier
 *     the tier ends:                       cut
 *   no tier decides: the profiles, in their order: a rule allows or denies:
 *                                          open or cut
 *                                          else cut
 * </pre>
 *
 * <p>Before all that, on a host endpoint of one interface, come the policies before tracking; they are not applied to all interfaces, in no version (dataplane/linux/endpoint_mgr.go has no default
 * chain for them). With eBPF the order is the same, but {@link Encapsulation} comes first, and nothing is applied to all
 * interfaces up to v3.17.
 *
 * <p>Decided carefully: where a rule cannot be decided both is looked at, and a verdict that depends on it is a doubt, which
 * counts as a cut.
 */
public final class Felix {

    /**
     * Something that brings it down.
     *
     * @param object the object, such as GlobalNetworkPolicy ping
     * @param why a sentence part, such as {@code ingress rule 1 has the action 'accept', which Felix does not know}
     */
    public record Crash(String object, String why) {}

    private static final String STRAY = "Felix, which takes IPIP and VXLAN from nodes alone";

    private static final String POD =
            "Felix, which takes the interface for that of a pod it does not know, by interfacePrefix";

    private final Map<Stage, List<Walk.Group>> stages = new EnumMap<>(Stage.class);
    private final List<Endpoint> endpoints;
    private final List<Policy> policies;
    private final Tiers tiers;
    private final Profiles profiles;
    private final Set<String> profilesInUse;
    private final Rules rules;
    private final FailsafePorts failsafe;
    private final Encapsulation encapsulation;
    private final FelixSettings settings;
    private final Crashes crashes;
    private final List<Crash> fatal;
    private final List<Crash> unlisted;
    private final CalicoVersion version;

    /**
     * That of a release.
     *
     * @param resources everything it reads from its datastore
     * @param cluster what it reads elsewhere
     */
    public Felix(CalicoVersion version, Resources resources, Surroundings cluster) {
        this.version = version;
        this.settings = new FelixSettings(resources.felixConfigurations(), cluster.environment());
        this.failsafe = new FailsafePorts(settings, version);
        this.encapsulation = new Encapsulation(settings, version, cluster.pools(), cluster.hosts());
        this.tiers = new Tiers(resources.tiers(), version);
        boolean ipv6 = settings.isIpv6On();
        Validation validation = new Validation(version, ipv6);
        List<Map.Entry<ProfileObject, Assessment>> stored = resources.profiles().stream()
                .map(ProfileObject::of)
                .map(profile -> Map.entry(profile, validation.profile(profile)))
                .toList();
        List<NetworkSetObject> sets =
                resources.networkSets().stream().map(NetworkSetObject::of).toList();
        this.profiles = new Profiles(stored, validation, cluster.namespacesAreProfiles());
        List<HostEndpointObject> endpointObjects =
                resources.hostEndpoints().stream().map(HostEndpointObject::of).toList();
        this.endpoints = endpointObjects.stream()
                .filter(endpoint -> !validation.hostEndpoint(endpoint).isAbsent())
                .map(endpoint -> Endpoint.of(endpoint, profiles))
                .sorted(Comparator.comparing(Endpoint::name))
                .toList();
        this.profilesInUse = endpoints.stream()
                .flatMap(endpoint -> endpoint.profiles().stream())
                .collect(Collectors.toCollection(TreeSet::new));
        List<Map.Entry<PolicyObject, Assessment>> read = resources.policies().stream()
                .map(PolicyObject::of)
                .map(policy -> Map.entry(policy, validation.policy(policy)))
                .toList();
        this.unlisted = cluster.namespacesAreProfiles()
                ? Unlisted.of(
                        endpointObjects,
                        read.stream().map(Map.Entry::getKey).toList(),
                        sets,
                        resources.tiers(),
                        new SettingFaults(settings, version))
                : List.of();
        this.fatal = Stream.concat(
                        read.stream()
                                .flatMap(policy -> fatal(
                                        policy.getKey().kind() + " "
                                                + policy.getKey().name(),
                                        policy.getValue())),
                        stored.stream()
                                .flatMap(profile ->
                                        fatal("Profile " + profile.getKey().name(), profile.getValue())))
                .toList();
        this.policies = read.stream()
                .filter(policy -> !policy.getValue().isAbsent())
                .map(Map.Entry::getKey)
                .map(policy -> Policy.of(policy, version))
                .sorted(Policy.ORDER)
                .toList();
        this.rules = new Rules(
                new Peers(
                        endpoints,
                        sets.stream()
                                .filter(set -> !validation.networkSet(set).isAbsent())
                                .toList(),
                        profiles),
                cluster.services(),
                version);
        this.crashes = new Crashes(endpoints, policies, profiles, sets, rules, validation, version, settings);
        Map<Stage, Map<Tier, List<Policy>>> sorted = policies.stream()
                .collect(Collectors.groupingBy(
                        Policy::stage,
                        Collectors.groupingBy(
                                policy -> tiers.of(policy.tier()),
                                () -> new TreeMap<>(Tier.ORDER),
                                Collectors.toList())));
        sorted.forEach((stage, groups) -> stages.put(
                stage,
                groups.entrySet().stream()
                        .map(group -> new Walk.Group(group.getKey(), group.getValue()))
                        .toList()));
    }

    private static Stream<Crash> fatal(String object, Assessment assessment) {
        return assessment.fatal().stream().map(fault -> new Crash(object, fault.why()));
    }

    /** The host endpoints there are for it, by name; those it leaves out are none. */
    public List<Endpoint> endpoints() {
        return endpoints;
    }

    /** The one it uses for all interfaces of a node: the first by name (dataplane/linux/endpoint_mgr.go). */
    public Optional<Endpoint> forAllInterfaces(String node) {
        return endpoints.stream()
                .filter(endpoint -> endpoint.star() && endpoint.node().equals(node))
                .findFirst();
    }

    /**
     * The one that decides on what goes through an interface: the first by name of those with its name, or with no name of
     * an interface and one of its addresses; else the one for all interfaces.
     */
    public Optional<Endpoint> forInterface(String node, String name, Collection<Cidr> addresses) {
        return endpoints.stream()
                .filter(endpoint -> endpoint.node().equals(node) && !endpoint.star())
                .filter(endpoint -> endpoint.interfaceName().equals(name)
                        || (endpoint.interfaceName().isEmpty()
                                && addresses.stream().map(Cidr::base).anyMatch(endpoint::hasAddress)))
                .findFirst()
                .or(() -> forAllInterfaces(node));
    }

    /**
     * Why it cannot program a node's rules, so that it ends and starts again for ever, or waits for ever; empty where it can. Of policies only host
     * endpoints are looked at: what selects pods alone is not.
     */
    public List<Crash> crashes(String node) {
        return Stream.of(new SettingFaults(settings, version).of(node), fatal, unlisted, crashes.of(node))
                .flatMap(List::stream)
                .distinct()
                .toList();
    }

    /** What becomes of a flow, on whatever interface of the host endpoint. */
    public Verdict judge(Endpoint endpoint, Flow flow) {
        return judge(endpoint.node(), endpoint.star() ? "" : endpoint.interfaceName(), Optional.of(endpoint), flow);
    }

    /** Whether it takes some interface of a node for one of a pod, or may do so, whose names are not known. */
    public boolean mayTakeForPods(String node) {
        return !Encapsulation.isBpf(settings, node) && settings.isOfPod(node, "", version) != Match.NO;
    }

    /**
     * What becomes of a flow on an interface of a node.
     *
     * @param interfaceName the name of the interface; empty: not known
     * @param endpoint the host endpoint that decides there; empty: none
     */
    public Verdict judge(String node, String interfaceName, Optional<Endpoint> endpoint, Flow flow) {
        Match ofPod = isOut(flow) || Encapsulation.isBpf(settings, node)
                ? Match.NO
                : settings.isOfPod(node, interfaceName, version);
        Verdict ofHost = ofPod == Match.YES ? Verdict.OPEN : judgeOfHost(node, endpoint, flow);
        if (ofPod == Match.NO) {
            return ofHost;
        }
        if (!flow.inbound()) {
            // Nothing is asked about it, but Felix takes away the routes of such an interface, if not at once.
            return ofHost.orCut(POD);
        }
        if (flow.isNeighbourDiscovery()) {
            return ofHost;
        }
        return ofPod == Match.YES ? Verdict.cut(POD) : ofHost.orCut(POD);
    }

    private Verdict judgeOfHost(String node, Optional<Endpoint> endpoint, Flow flow) {
        boolean tables = !isOut(flow) && !Encapsulation.isBpf(settings, node);
        Match stray = tables ? encapsulation.isStray(node, flow) : Match.NO;
        if (stray == Match.YES) {
            return Verdict.cut(STRAY);
        }
        Verdict verdict =
                endpoint.flatMap(found -> walk(found, flow)).map(Walk::go).orElse(Verdict.OPEN);
        return stray == Match.MAYBE ? verdict.orCut(STRAY) : verdict;
    }

    /** Whether a rule logs a flow on its way to its verdict. Where a rule before that one is in doubt it may not. */
    public boolean isLogged(Endpoint endpoint, Flow flow) {
        Optional<Walk> walk = walk(endpoint, flow);
        walk.ifPresent(Walk::go);
        return walk.filter(Walk::logged).isPresent();
    }

    /** Whether Felix has no rules of iptables for it at all. */
    private boolean isOut(Flow flow) {
        return flow.isV6() && !settings.isIpv6On();
    }

    /** The way of a flow through the policies; empty where it gets through before any. */
    private Optional<Walk> walk(Endpoint endpoint, Flow flow) {
        String node = endpoint.node();
        if (isOut(flow)
                || (Encapsulation.isBpf(settings, node)
                        && (!ReleaseTrait.BPF_POLICES_HOST_ENDPOINTS.isIn(version)
                                || encapsulation.passesBpf(node, flow)))) {
            return Optional.empty();
        }
        Match safe = failsafe.contains(node, flow);
        boolean wireGuard = encapsulation.isFailsafe(node, flow) && !failsafe.isListed(node, flow);
        if (safe == Match.YES || wireGuard) {
            return Optional.empty();
        }
        boolean passes = encapsulation.passesBeforeHostEndpoints(node, flow)
                || (endpoint.star() && !ReleaseTrait.HOST_ENDPOINTS_DENY_BY_DEFAULT.isIn(version));
        Match answer = endpoint.star() ? Match.NO : failsafe.looksLikeAnswer(node, flow);
        Walk walk = new Walk(endpoint, flow, stages, profiles, rules, answer, passes);
        if (safe == Match.MAYBE) {
            walk.open("a failsafe port");
        }
        return Optional.of(walk);
    }

    /** What could not be judged, or is judged in another way than people expect, on these nodes. */
    public List<String> notes(Collection<String> nodes) {
        List<String> notes = new ArrayList<>();
        List<String> bpf = nodes.stream()
                .filter(node -> Encapsulation.isBpf(settings, node))
                .sorted()
                .toList();
        if (!bpf.isEmpty()) {
            notes.add("Felix uses eBPF on " + some(bpf) + ": there " + version
                    + (ReleaseTrait.BPF_POLICES_HOST_ENDPOINTS.isIn(version)
                            ? " lets IPIP, VXLAN and WireGuard between nodes pass before any policy"
                            : " applies no policy to host endpoints"));
        }
        List<String> selecting =
                ReleaseTrait.FAILSAFE_OF_SELECTED_NODES.isIn(version) ? settings.selecting() : List.of();
        if (!selecting.isEmpty()) {
            notes.add(
                    "FelixConfiguration " + some(selecting)
                            + " may be for some of the nodes: whether it has eBPF, IPIP, VXLAN or WireGuard there was not looked at");
        }
        List<String> covered =
                nodes.stream().filter(this::mayTakeForPods).sorted().toList();
        if (!covered.isEmpty()) {
            notes.add("interfacePrefix on " + some(covered)
                    + " begins names that interfaces of hosts have: what comes in on"
                    + " such a one Felix takes for traffic of a pod and drops, failsafe ports too");
        }
        if (policies.stream().anyMatch(policy -> tiers.of(policy.tier()).end() == End.UNKNOWN)) {
            notes.add("the Tiers could not be read: they are taken to run by their names, before the default one");
        }
        return notes;
    }

    /** What tells one remote address from another for any of these rules: those with the same are judged the same. */
    public String trait(boolean inbound, Cidr remote) {
        return encapsulation.trait(remote) + failsafe.trait(inbound, remote) + traits(inbound, inbound, remote);
    }

    /** The same for the host's own address. */
    public String localTrait(boolean inbound, Cidr local) {
        return traits(inbound, !inbound, local);
    }

    private String traits(boolean inbound, boolean source, Cidr address) {
        StringBuilder trait = new StringBuilder(address.v6() ? "6" : "4").append(rules.namedPorts(address.base()));
        policies.forEach(policy -> policy.rules(inbound)
                .forEach(rule -> trait.append(rules.trait(rule, policy.namespace(), source, address.base()))));
        profiles.rules(profilesInUse, inbound)
                .forEach(rule -> trait.append(rules.trait(rule, "", source, address.base())));
        return trait.toString();
    }

    /** What tells one host endpoint from another for any of these rules: what selects it, and what comes after that. */
    public String trait(Endpoint endpoint) {
        StringBuilder trait = new StringBuilder(endpoint.interfaceName().isEmpty() ? "-" : endpoint.interfaceName())
                .append(endpoint.profiles());
        for (int i = 0; i < policies.size(); i++) {
            if (policies.get(i).selects(endpoint)) {
                trait.append(' ').append(i);
            }
        }
        return trait.toString();
    }

    /** The node, where Felix is configured for it alone; else empty. */
    public String ownSettings(String node) {
        return settings.isOwn(node) ? node : "";
    }

    /** Whether it has IPv6 on, on any node without settings of its own. */
    public boolean isIpv6On() {
        return settings.isIpv6On();
    }

    static String some(List<String> names) {
        return names.size() <= 3
                ? String.join(", ", names)
                : String.join(", ", names.subList(0, 3)) + " and " + (names.size() - 3) + " more";
    }
}
