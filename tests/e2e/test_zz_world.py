import pytest, traceback
from tests.e2e.walk.making import make_world
@pytest.mark.django_db(transaction=True)
def test_w():
    w = make_world()
    print(w.rows)
