package io.calicofleet.planner.adapter.rest;

import io.calicofleet.model.document.Suggestion;
import io.calicofleet.planner.core.document.Problem;
import io.calicofleet.planner.core.list.ListKind;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.ext.Provider;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Refuses parameters that nothing reads: a filter with a typing error would be one that keeps everything. */
@Provider
public final class KnownParameters implements ContainerRequestFilter {

    private final ResourceInfo asked;

    /** The filter; {@code asked} is what answers the request at hand. */
    @Inject
    public KnownParameters(@Context ResourceInfo asked) {
        this.asked = asked;
    }

    @Override
    public void filter(ContainerRequestContext request) {
        Method method = asked.getResourceMethod();
        if (method == null || !Offered.RESOURCES.contains(asked.getResourceClass())) {
            return;
        }
        List<String> known = of(asked.getResourceClass(), method);
        List<Problem> problems = request.getUriInfo().getQueryParameters().keySet().stream()
                .filter(name -> !known.contains(name))
                .map(name -> new Problem(
                        name,
                        known.isEmpty()
                                ? "There are no parameters here."
                                : "There is no parameter '" + name + "' here.",
                        String.join(", ", known),
                        Suggestion.of(name, known)))
                .toList();
        if (!problems.isEmpty()) {
            throw ProblemDocument.wrongQuery("The query has parameters that nothing reads.", problems);
        }
    }

    /** The parameters of an operation: those of its list, and those its method is given. */
    static List<String> of(Class<?> resource, Method method) {
        ListKind<?> list = method.isAnnotationPresent(GET.class)
                ? Listings.KINDS.get(path(resource.getAnnotation(Path.class)) + path(method.getAnnotation(Path.class)))
                : null;
        Stream<String> listed =
                list == null ? Stream.of() : list.parameters().stream().map(ListKind.Parameter::name);
        Stream<String> own = Arrays.stream(method.getParameters())
                .flatMap(parameter -> Stream.ofNullable(parameter.getAnnotation(QueryParam.class)))
                .map(QueryParam::value);
        return Stream.concat(listed, own).toList();
    }

    private static String path(@Nullable Path path) {
        return path == null ? "" : path.value();
    }
}
