package io.calicofleet.planner.adapter.rest;

import static java.util.stream.Collectors.toCollection;

import io.calicofleet.planner.core.document.Problem;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What the API offers, by the annotations of its resources, so that a request which RESTEasy refuses is told what would be right. */
final class Offered {

    /** The resources of the API. */
    static final List<Class<?>> RESOURCES = List.of(
            AuditResource.class,
            CampaignsResource.class,
            ClustersResource.class,
            EventsResource.class,
            ExecutorsResource.class,
            FleetResource.class,
            LoginResource.class,
            PasskeysResource.class,
            PlansResource.class,
            SummaryResource.class,
            VersionResource.class,
            WhoamiResource.class);

    private static final String BODIES = String.join(", ", MediaType.APPLICATION_JSON, BodyReader.YAML);

    private Offered() {}

    /**
     * What is wrong with a request.
     *
     * @param status the one it is refused with
     * @param path its path
     * @return empty: the status says all that is known
     */
    static Optional<Problem> problem(int status, String path) {
        return Optional.ofNullable(
                switch (status) {
                    case 404 ->
                        new Problem("", "There is no path '" + path + "'; /q/openapi has those there are.", "", "");
                    case 405 ->
                        new Problem("", "'" + path + "' has no such method.", String.join(", ", methods(path)), "");
                    case 406 ->
                        new Problem("Accept", "Nothing of what is accepted is answered here.", answer(path), "");
                    case 415 -> notSupported();
                    default -> null;
                });
    }

    /** A body is of a kind that is not read. */
    static Problem notSupported() {
        return new Problem("Content-Type", "A body of this media type is not read here.", BODIES, "");
    }

    /** The methods {@code path} has; none: there is no such path. */
    static SortedSet<String> methods(String path) {
        return RESOURCES.stream()
                .flatMap(resource -> Arrays.stream(resource.getDeclaredMethods())
                        .filter(method -> path.matches(pattern(resource) + pattern(method) + "/?"))
                        .flatMap(Offered::verbs))
                .collect(toCollection(TreeSet::new));
    }

    private static String answer(String path) {
        return path.matches(pattern(EventsResource.class)) ? MediaType.SERVER_SENT_EVENTS : MediaType.APPLICATION_JSON;
    }

    private static Stream<String> verbs(Method method) {
        return Arrays.stream(method.getAnnotations())
                .map(annotation -> annotation.annotationType().getAnnotation(HttpMethod.class))
                .filter(verb -> verb != null)
                .map(HttpMethod::value);
    }

    private static String pattern(AnnotatedElement element) {
        Path path = element.getAnnotation(Path.class);
        return path == null ? "" : path.value().replaceAll("\\{\\w+}", "[^/]+");
    }
}
