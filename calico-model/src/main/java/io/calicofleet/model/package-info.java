/**
 * What Calico is, without a cluster: images, selectors, policies as Felix evaluates them, releases. Pure functions over
 * JSON trees and records; no client, clock, file or framework. The services share it, so that a rule stands once.
 */
@NullMarked
package io.calicofleet.model;

import org.jspecify.annotations.NullMarked;
