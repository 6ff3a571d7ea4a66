package io.calicofleet.simulator.kubernetes.crd;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.simulator.kubernetes.resource.TypeInfo;

/**
 * One version of a CRD: what it takes to serve its objects.
 *
 * @param schema its openAPIV3Schema; a missing node where it has none
 * @param preserveUnknownFields whether fields the schema does not name stay
 * @param columns its additionalPrinterColumns
 * @param type how its objects merge with server-side apply
 */
public record CrdVersion(JsonNode schema, boolean preserveUnknownFields, JsonNode columns, TypeInfo type) {}
