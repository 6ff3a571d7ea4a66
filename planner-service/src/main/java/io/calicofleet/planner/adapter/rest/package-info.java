/** The REST API: documents in, commands out, answers from the view, errors as problem+json. */
@NullMarked
package io.calicofleet.planner.adapter.rest;

import org.jspecify.annotations.NullMarked;
