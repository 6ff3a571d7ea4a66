package io.calicofleet.planner.adapter.rest;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.Datastore;
import io.calicofleet.event.ErrorCategory;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.FlowDirection;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.Outcome;
import io.calicofleet.event.Procedure;
import io.calicofleet.event.Quantity;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.TrafficMode;
import io.calicofleet.event.WaveName;
import io.calicofleet.planner.core.list.ListKind;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.Components;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;

/**
 * What the annotations cannot say, said once for all operations: how errors look, who the actor is, what an action takes
 * and answers; and that our value types are text in JSON.
 */
public final class ApiDescription implements OASFilter {

    private static final String SCHEMAS = "#/components/schemas/";
    private static final Set<String> CREATING =
            Set.of("/api/v1/campaigns", "/api/v1/plans", "/api/v1/clusters/{id}/restore");
    private static final List<Class<?>> TEXTS =
            List.of(CalicoVersion.class, CampaignName.class, ClusterId.class, StepId.class, WaveName.class);
    private static final List<Class<? extends Enum<?>>> ENUMS = List.of(
            CampaignPhase.class,
            ClusterPhase.class,
            Datastore.class,
            ErrorCategory.class,
            FailureReason.class,
            FlowDirection.class,
            GateKind.class,
            HoldReason.class,
            InstallMethod.class,
            OnConflict.class,
            Outcome.class,
            Procedure.class,
            StepKind.class,
            TrafficMode.class);

    @Override
    public void filterOpenAPI(OpenAPI api) {
        api.setInfo(OASFactory.createInfo()
                .title("calico-fleet planner")
                .version("v1")
                .description("Campaigns that upgrade Project Calico on many clusters. Commands are accepted here and"
                        + " carried out by the planner; answers come from its status, which may be behind by some"
                        + " milliseconds. Errors are application/problem+json (RFC 9457)."));
        Components schemas = api.getComponents();
        TEXTS.forEach(type -> describe(schemas, type.getSimpleName(), text()));
        describe(
                schemas,
                Quantity.class.getSimpleName(),
                text().addType(Schema.SchemaType.INTEGER).description("A number, or a share such as 25%."));
        ENUMS.forEach(type -> describe(schemas, type.getSimpleName(), text().enumeration(constants(type))));
        api.getPaths().getPathItems().forEach((path, item) -> {
            if (path.startsWith("/api/")) {
                item.getOperations().forEach((method, operation) -> describe(path, method.name(), operation));
                ListKind<?> list = Listings.KINDS.get(path);
                if (list != null) {
                    describe(list, item.getGET());
                }
                item.getOperations().values().stream()
                        .flatMap(operation -> operation.getResponses().getAPIResponses().values().stream())
                        .flatMap(answer -> Stream.ofNullable(answer.getContent()))
                        .forEach(content -> content.getMediaTypes()
                                .forEach((mediaType, answer) -> ApiExamples.add(path, mediaType, answer)));
            }
        });
    }

    private static void describe(Components components, String name, Schema schema) {
        if (components.getSchemas().containsKey(name)) {
            components.addSchema(name, schema);
        }
    }

    private static void describe(String path, String method, Operation operation) {
        operation.getResponses().removeAPIResponse("default");
        operation.getResponses().removeAPIResponse("400");
        operation
                .getResponses()
                .addAPIResponse("default", response("What went wrong.", "application/problem+json", "Problem"));
        if (method.equals("POST") && CREATING.contains(path)) {
            operation.addParameter(OASFactory.createParameter()
                    .name(IdempotencyKeys.HEADER)
                    .in(Parameter.In.HEADER)
                    .description(
                            "A UUID in quotes: the same request with the same key is answered as it was, for a day, and"
                                    + " another request with it is refused.")
                    .schema(text()));
        }
        boolean action = path.equals("/api/v1/campaigns/{name}/{action}") && method.equals("POST");
        if (action || path.endsWith("/restore")) {
            operation.setRequestBody(OASFactory.createRequestBody()
                    .content(OASFactory.createContent()
                            .addMediaType(
                                    "application/json",
                                    OASFactory.createMediaType().schema(reference("Action")))));
        }
        if (action) {
            operation.setDescription(Arrays.stream(Action.values())
                    .map(each -> each.encode() + ": " + each.description())
                    .collect(Collectors.joining("\n")));
            operation.getParameters().stream()
                    .filter(parameter -> "action".equals(parameter.getName()))
                    .forEach(parameter -> parameter
                            .description("What is to be done.")
                            .schema(text().enumeration(List.copyOf(Action.names()))));
            operation.getResponses().removeAPIResponse("200");
            operation.getResponses().addAPIResponse("202", response("Accepted.", "application/json", "Accepted"));
            operation
                    .getResponses()
                    .addAPIResponse(
                            "409", response("The state does not allow it.", "application/problem+json", "Problem"));
        }
    }

    private static void describe(ListKind<?> list, Operation operation) {
        list.parameters().stream()
                .map(parameter -> OASFactory.createParameter()
                        .name(parameter.name())
                        .in(Parameter.In.QUERY)
                        .description(parameter.description())
                        .schema(
                                parameter.allowed().isEmpty()
                                        ? text()
                                        : text().enumeration(List.copyOf(parameter.allowed()))))
                .forEach(operation::addParameter);
        operation
                .getResponses()
                .getAPIResponse("200")
                .addHeader(
                        Listings.TOTAL,
                        OASFactory.createHeader()
                                .description("How many entries there are on all pages.")
                                .schema(OASFactory.createSchema().addType(Schema.SchemaType.INTEGER)))
                .addHeader(
                        "Link",
                        OASFactory.createHeader()
                                .description("The address of the next page, with rel=\"next\" (RFC 8288).")
                                .schema(text()));
    }

    private static APIResponse response(String description, String mediaType, String schema) {
        return OASFactory.createAPIResponse()
                .description(description)
                .content(OASFactory.createContent()
                        .addMediaType(mediaType, OASFactory.createMediaType().schema(reference(schema))));
    }

    private static Schema reference(String name) {
        return OASFactory.createSchema().ref(SCHEMAS + name);
    }

    private static Schema text() {
        return OASFactory.createSchema().addType(Schema.SchemaType.STRING);
    }

    private static List<Object> constants(Class<? extends Enum<?>> type) {
        return Arrays.stream(type.getEnumConstants())
                .map(constant -> (Object) constant.toString())
                .toList();
    }
}
