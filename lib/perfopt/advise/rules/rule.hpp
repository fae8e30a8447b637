// SPDX-License-Identifier: Apache-2.0
// The rules: each adds what it advises, claims the time that it explains, and stays silent without evidence.
#pragma once

#include <vector>

#include "perfopt/advise/facts.hpp"
#include "perfopt/model/recommendation.hpp"

namespace perfopt::advise {

using Advice = std::vector<model::Recommendation>;

// gil.cpp: threads of Python that take turns.
void gil_bound(Facts& facts, Advice& advice);
// lock_convoy.cpp: threads that wait for one lock while others hold it.
void lock_convoy(Facts& facts, Advice& advice);
// synchronous_writes.cpp: waiting for the device after each small write.
void sync_every_write(Facts& facts, Advice& advice);
// small_transfers.cpp: system calls that move few bytes.
void unbuffered_writes(Facts& facts, Advice& advice);
void tiny_reads(Facts& facts, Advice& advice);
// storms.cpp: the system asked for little, very often.
void io_storm(Facts& facts, Advice& advice);
void system_call_storm(Facts& facts, Advice& advice);
// queries.cpp: a query for each row.
void n_plus_one_queries(Facts& facts, Advice& advice);
// library_calls.cpp: what a library does again and again and need not.
void regex_in_loop(Facts& facts, Advice& advice);
void exceptions_as_control_flow(Facts& facts, Advice& advice);
void json_parsed_again(Facts& facts, Advice& advice);
void copied_by_value(Facts& facts, Advice& advice);
void allocation_in_hot_loop(Facts& facts, Advice& advice);
// busy_wait.cpp: asking again and again instead of waiting. The first claims the threads' turns at the interpreter too.
void asking_in_python(Facts& facts, Advice& advice);
void busy_wait(Facts& facts, Advice& advice);
// string_growth.cpp: a text copied whole to append to it.
void string_concatenation(Facts& facts, Advice& advice);
// searches.cpp: looking through everything to find one.
void quadratic_search(Facts& facts, Advice& advice);
void colliding_hash(Facts& facts, Advice& advice);
// memory.cpp: what the system is asked for again and again, and what is never given back.
void page_fault_storm(Facts& facts, Advice& advice);
void leak(Facts& facts, Advice& advice);
// parallelism.cpp: cores that have nothing to do.
void idle_on_child(Facts& facts, Advice& advice);
void serial_phase(Facts& facts, Advice& advice);

}  // namespace perfopt::advise
