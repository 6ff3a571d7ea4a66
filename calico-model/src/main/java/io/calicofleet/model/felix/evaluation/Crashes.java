package io.calicofleet.model.felix.evaluation;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.model.felix.evaluation.Felix.Crash;
import io.calicofleet.model.felix.object.NetworkSetObject;
import io.calicofleet.model.felix.object.Rule;
import io.calicofleet.model.felix.validation.Assessment;
import io.calicofleet.model.felix.validation.Poison;
import io.calicofleet.model.felix.validation.Validation;
import io.calicofleet.model.release.ReleaseTrait;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Which rules bring a node's Felix down. A policy is rendered where it selects a host endpoint of the node, a profile where
 * one names it; what a table of the kernel gets is a chain that another jumps to (felix/iptables/table.go): that of a
 * direction the policy is about, on the host endpoint that is used, and before tracking not on all interfaces. Up to v3.14 it
 * gets them all.
 */
final class Crashes {

    private final List<Endpoint> endpoints;
    private final Collection<Policy> policies;
    private final Profiles profiles;
    private final Collection<NetworkSetObject> networkSets;
    private final Rules rules;
    private final Validation validation;
    private final CalicoVersion version;
    private final boolean ipv6;
    private final FelixSettings settings;

    Crashes(
            List<Endpoint> endpoints,
            Collection<Policy> policies,
            Profiles profiles,
            Collection<NetworkSetObject> networkSets,
            Rules rules,
            Validation validation,
            CalicoVersion version,
            FelixSettings settings) {
        this.endpoints = endpoints;
        this.policies = policies;
        this.profiles = profiles;
        this.networkSets = networkSets;
        this.rules = rules;
        this.validation = validation;
        this.version = version;
        this.ipv6 = settings.isIpv6On();
        this.settings = settings;
    }

    List<Crash> of(String node) {
        boolean nft = !ReleaseTrait.NOT_ANY_LEFT_OUT.isIn(version) && settings.mayUseNft(node, version);
        List<Endpoint> local = endpoints.stream()
                .filter(endpoint -> endpoint.node().equals(node))
                .toList();
        Optional<Endpoint> star = local.stream().filter(Endpoint::star).findFirst();
        List<Endpoint> used = local.stream()
                .filter(endpoint -> !endpoint.star() || endpoint.equals(star.orElse(null)))
                .toList();
        Stream<Crash> ofSets = networkSets.stream()
                .flatMap(set -> why(set, local).stream()
                        .map(why -> new Crash(
                                (set.namespace().isEmpty() ? "GlobalNetworkSet " : "NetworkSet ") + set.name(), why)));
        Stream<Crash> ofPolicies = policies.stream()
                .filter(policy -> local.stream().anyMatch(policy::selects))
                .flatMap(policy -> Stream.of(true, false)
                        .flatMap(inbound -> poison(
                                policy.title(),
                                policy.rules(inbound),
                                inbound,
                                nft,
                                policy.isAbout(inbound) && used.stream().anyMatch(one -> isUsed(policy, one)))));
        Stream<Crash> ofProfiles = local.stream()
                .flatMap(endpoint -> endpoint.profiles().stream())
                .distinct()
                .flatMap(name -> Stream.of(true, false)
                        .flatMap(inbound -> poison(
                                "Profile " + name,
                                profiles.rules(name, inbound),
                                inbound,
                                nft,
                                used.stream().anyMatch(one -> one.profiles().contains(name) && isEnforced(one)))));
        return Stream.of(ofSets, ofPolicies, ofProfiles)
                .flatMap(all -> all)
                .distinct()
                .toList();
    }

    /** A network of IPv4 in the form of IPv6 brings Felix down once a rule on the node selects its set (felix/ip/ip_addr.go). */
    private Optional<String> why(NetworkSetObject set, List<Endpoint> local) {
        Assessment assessment = validation.networkSet(set);
        if (assessment.isPoison()) {
            return assessment.first(Assessment.Kind.POISON).map(Assessment.Fault::why);
        }
        Map<String, String> labels = Peers.labelsOf(set, profiles);
        return set.mapped()
                .filter(net -> !assessment.isAbsent() && isSelected(labels, local))
                .map(net -> "its nets have '" + net
                        + "', a network of IPv4 in the form of IPv6, over which Felix panics where a rule selects it");
    }

    private boolean isSelected(Map<String, String> labels, List<Endpoint> local) {
        boolean byPolicy = policies.stream()
                .filter(policy -> local.stream().anyMatch(policy::selects))
                .anyMatch(policy -> Stream.of(true, false)
                        .flatMap(inbound -> policy.rules(inbound).stream())
                        .anyMatch(rule -> rules.selects(rule, policy.namespace(), labels)));
        return byPolicy
                || local.stream()
                        .flatMap(endpoint -> endpoint.profiles().stream())
                        .flatMap(name ->
                                Stream.of(true, false).flatMap(inbound -> profiles.rules(name, inbound).stream()))
                        .anyMatch(rule -> rules.selects(rule, "", labels));
    }

    private boolean isUsed(Policy policy, Endpoint endpoint) {
        return policy.selects(endpoint)
                && switch (policy.stage()) {
                    case UNTRACKED -> !endpoint.star();
                    case BEFORE_DNAT -> true;
                    case NORMAL -> isEnforced(endpoint);
                };
    }

    private boolean isEnforced(Endpoint endpoint) {
        return !endpoint.star() || ReleaseTrait.HOST_ENDPOINTS_DENY_BY_DEFAULT.isIn(version);
    }

    private Stream<Crash> poison(String owner, List<Rule> rules, boolean inbound, boolean nft, boolean used) {
        boolean all = !ReleaseTrait.UNUSED_CHAINS_LEFT_OUT.isIn(version);
        return IntStream.range(0, rules.size())
                .boxed()
                .flatMap(i -> Stream.of(false, true)
                        .filter(v6 -> !v6 || ipv6)
                        .flatMap(v6 -> Stream.concat(
                                Poison.of(rules.get(i), v6, i == 0, version).stream(),
                                nft ? Poison.ofNft(rules.get(i), v6).stream() : Stream.empty()))
                        .filter(poison -> all || used || poison.always())
                        .map(poison -> new Crash(
                                owner, (inbound ? "ingress rule " : "egress rule ") + (i + 1) + " " + poison.why())));
    }
}
