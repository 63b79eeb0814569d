"""What every request needs: the application, its desk, who may, questions, answers."""
