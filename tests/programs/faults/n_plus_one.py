# SPDX-License-Identifier: Apache-2.0
"""Orders with the names of their customers: a query for each order; clean: one join."""
import os
import sqlite3

from fault import Run


def names_one_by_one(database):
    length = 0
    for (customer,) in database.execute("SELECT customer FROM orders").fetchall():
        (name,) = database.execute("SELECT name FROM customers WHERE id = ?", (customer,)).fetchone()
        length += len(name)
    return length


def names_joined(database):
    query = "SELECT name FROM orders JOIN customers ON customers.id = customer"
    return sum(len(name) for (name,) in database.execute(query))


run = Run()
path = f"fault-{os.getpid()}.db"
database = sqlite3.connect(path)
database.execute("CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT)")
database.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY, customer INTEGER)")
database.executemany("INSERT INTO customers VALUES (?, ?)", ((i, f"customer {i}") for i in range(2000)))
database.executemany("INSERT INTO orders VALUES (?, ?)", ((i, i * 7919 % 2000) for i in range(2000)))
database.commit()
length = 0
while run.goes_on():
    length += names_joined(database) if run.clean else names_one_by_one(database)
database.close()
os.unlink(path)
print(length)
