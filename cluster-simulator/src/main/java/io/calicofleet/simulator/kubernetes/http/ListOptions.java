package io.calicofleet.simulator.kubernetes.http;

import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.api.ApiException;
import io.calicofleet.simulator.kubernetes.resource.ResourceType;
import io.calicofleet.simulator.kubernetes.store.ObjectFilter;
import io.calicofleet.simulator.kubernetes.validation.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The query parameters of a list or watch, checked.
 *
 * @param filter the selectors
 * @param version the resource version asked for; 0 where none is
 * @param exact whether the list is wanted as it was at that version
 * @param limit the most items wanted; 0 for all
 * @param from where to go on; empty for the start
 * @param sendsInitial whether a watch begins with what is there, and says when that was all
 */
record ListOptions(ObjectFilter filter, long version, boolean exact, int limit, String from, boolean sendsInitial) {

    private static final int KNOWS_INITIAL = 27;
    /** The n of Kubernetes 1.n from which watches send what is there where they are asked to. */
    private static final int WATCH_LISTS = 34;

    /** The n of Kubernetes 1.n from which a version that is none is the client's fault (storage/interfaces.go). */
    private static final int CHECKS_VERSIONS = 33;

    private static final String MATCH = "resourceVersionMatch";
    private static final String INITIAL = "sendInitialEvents";
    /** The fields that selectors may name beside metadata.name and metadata.namespace. */
    private static final Map<String, Set<String>> FIELDS = Map.of(
            "Pod",
            Set.of(
                    "spec.nodeName",
                    "spec.restartPolicy",
                    "spec.schedulerName",
                    "spec.serviceAccountName",
                    "spec.hostNetwork",
                    "status.phase",
                    "status.podIP",
                    "status.podIPs",
                    "status.nominatedNodeName"),
            "Event",
            Set.of(
                    "involvedObject.kind",
                    "involvedObject.namespace",
                    "involvedObject.name",
                    "involvedObject.uid",
                    "involvedObject.apiVersion",
                    "involvedObject.resourceVersion",
                    "involvedObject.fieldPath",
                    "reason",
                    "reportingComponent",
                    "source",
                    "type"),
            "Secret",
            Set.of("type"),
            "Namespace",
            Set.of("status.phase"),
            "Node",
            Set.of("spec.unschedulable"),
            "Service",
            Set.of("spec.clusterIP", "spec.type"),
            "ReplicationController",
            Set.of("status.replicas"),
            "Job",
            Set.of("status.successful"));

    static ListOptions of(Request request, ResourceType type, int minor) {
        String version = request.parameter("resourceVersion");
        String from = request.parameter("continue");
        boolean sendsInitial = minor >= KNOWS_INITIAL && request.flag(INITIAL);
        boolean says =
                minor >= WATCH_LISTS && request.flag("watch") && request.query().containsKey(INITIAL);
        if (sendsInitial || says) {
            initial(request, minor);
        } else {
            match(request, version, from, minor >= KNOWS_INITIAL);
        }
        if (!from.isEmpty() && !version.isEmpty() && !version.equals("0")) {
            throw ApiException.badRequest("specifying resource version is not allowed when using continue");
        }
        if (!version.matches("[0-9]{0,18}")) {
            ApiException bad = ApiException.badVersion(version);
            throw minor >= CHECKS_VERSIONS && !request.flag("watch")
                    ? ApiException.badRequest("invalid resource version: " + bad.getMessage())
                    : bad;
        }
        long asked = version.isEmpty() ? 0 : Long.parseLong(version);
        // What is served from a cache as it is comes whole.
        boolean cached = version.equals("0") && from.isEmpty();
        int asMany = number(request, "limit");
        int limit = cached ? 0 : asMany;
        var unused = request.number("timeoutSeconds", 0);
        String match = request.parameter(MATCH);
        boolean exact = match.equals("Exact") || (match.isEmpty() && limit > 0 && asked > 0);
        return new ListOptions(filter(request, type, minor), asked, exact, limit, from, sendsInitial);
    }

    private static void initial(Request request, int minor) {
        List<Problem> problems = new ArrayList<>();
        if (minor < WATCH_LISTS) {
            problems.add(Problem.forbidden(
                    INITIAL, "sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled"));
        } else if (!request.flag("watch")) {
            problems.add(Problem.forbidden(INITIAL, "sendInitialEvents is forbidden for list"));
        } else if (!request.parameter(MATCH).equals("NotOlderThan")) {
            problems.add(Problem.forbidden(
                    MATCH, "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"));
            if (!request.parameter(MATCH).isEmpty()) {
                problems.add(Problem.notSupported(MATCH, Json.text(request.parameter(MATCH)), List.of("NotOlderThan")));
            }
        }
        if (!problems.isEmpty()) {
            throw ApiException.invalidOptions("ListOptions", problems);
        }
    }

    private static void match(Request request, String version, String from, boolean initial) {
        String match = request.parameter(MATCH);
        List<Problem> problems = new ArrayList<>();
        if (request.flag("watch") && !from.isEmpty() && initial) {
            problems.add(Problem.forbidden(MATCH, "resourceVersionMatch is forbidden when continue is provided"));
        }
        if (match.isEmpty() && problems.isEmpty()) {
            return;
        }
        if (request.flag("watch") && !match.isEmpty()) {
            problems.add(Problem.forbidden(
                    MATCH,
                    initial
                            ? "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"
                            : "resourceVersionMatch is forbidden for watch"));
            if (initial && !match.equals("NotOlderThan")) {
                problems.add(Problem.notSupported(MATCH, Json.text(match), List.of("NotOlderThan")));
            }
            throw ApiException.invalidOptions("ListOptions", problems);
        }
        if (!problems.isEmpty()) {
            throw ApiException.invalidOptions("ListOptions", problems);
        }
        if (version.isEmpty()) {
            problems.add(
                    Problem.forbidden(MATCH, "resourceVersionMatch is forbidden unless resourceVersion is provided"));
        }
        if (!from.isEmpty()) {
            problems.add(Problem.forbidden(MATCH, "resourceVersionMatch is forbidden when continue is provided"));
        }
        if (!Set.of("Exact", "NotOlderThan").contains(match)) {
            problems.add(Problem.notSupported(MATCH, Json.text(match), List.of("Exact", "NotOlderThan", "")));
        }
        if (match.equals("Exact") && version.equals("0")) {
            problems.add(
                    Problem.forbidden(MATCH, "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\""));
        }
        if (!problems.isEmpty()) {
            throw ApiException.invalidOptions("ListOptions", problems);
        }
    }

    private static int number(Request request, String parameter) {
        String text = request.parameter(parameter);
        if (text.matches("-[0-9]{1,9}")) {
            return 0;
        }
        if (!text.matches("[0-9]{0,9}")) {
            throw ApiException.badRequest("strconv.ParseInt: parsing \"" + text + "\": "
                    + (text.matches("-?[0-9]+") ? "value out of range" : "invalid syntax"));
        }
        return text.isEmpty() ? 0 : Integer.parseInt(text);
    }

    /** The selectors of a request. */
    static ObjectFilter filter(Request request, ResourceType type, int minor) {
        ObjectFilter filter;
        try {
            filter = ObjectFilter.of(request.parameter("labelSelector"), request.parameter("fieldSelector"), minor);
        } catch (IllegalArgumentException e) {
            throw ApiException.badRequest(String.valueOf(e.getMessage()));
        }
        // These two have a list of their own.
        boolean hasNamespace =
                type.crd() != null || !Set.of("Namespace", "Node").contains(type.kind());
        Set<String> more = type.crd() == null ? FIELDS.getOrDefault(type.kind(), Set.of()) : Set.of();
        for (String field : filter.fields()) {
            boolean common = field.equals("metadata.name") || (field.equals("metadata.namespace") && hasNamespace);
            if (!common && !more.contains(field)) {
                throw ApiException.badRequest(
                        type.crd() == null && type.kind().equals("Job")
                                ? "field label \"" + field + "\" not supported for Job"
                                : more.isEmpty() && type.crd() == null
                                        ? "\"" + field + "\" is not a known field selector: only \"metadata.name\","
                                                + " \"metadata.namespace\""
                                        : "field label not supported: " + field);
            }
        }
        return filter;
    }
}
